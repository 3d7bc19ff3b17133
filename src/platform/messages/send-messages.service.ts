import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { columnContext, FieldCipher } from '../crypto/field-cipher.js';
import { Transactor, type Tx } from '../database/transactor.js';
import type { Locale } from '../http/locale.js';
import { backoffMs } from '../queues/backoff.js';
import { failureCode } from '../queues/failure-code.js';
import { MessageSender } from './message-sender.js';
import { OutgoingMessagesStore, type WaitingMessage } from './outgoing-messages.store.js';

interface Content {
  readonly to: string;
  readonly params: Record<string, string>;
  readonly locale: Locale;
}

/** Sends what `MessageQueue` keeps: whom and what is opened here and nowhere else. */
@Injectable()
export class SendMessagesService {
  private readonly log = new Logger('SendMessages');

  constructor(
    private readonly store: OutgoingMessagesStore,
    private readonly cipher: FieldCipher,
    private readonly sender: MessageSender,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  claim(tx: Tx, now: Date, until: Date, limit: number): Promise<{ id: string; claims: number }[]> {
    return this.store.claim(tx, now, until, limit);
  }

  isDue(tx: Tx, now: Date, claimedToo: boolean): Promise<boolean> {
    return this.store.isDue(tx, now, claimedToo);
  }

  /** Those of `ids` that still wait; one that fails does not stop the others. */
  async send(ids: readonly string[]): Promise<void> {
    const waiting = await this.store.waiting(this.transactor.reader, ids);
    await Promise.all(waiting.map((message) => this.sendOne(message)));
  }

  private async sendOne(message: WaitingMessage): Promise<void> {
    const context = columnContext('outgoing_messages', 'sealed', message.id);
    const content = JSON.parse(this.cipher.openText(message.sealed, context)) as Content;
    const { reader } = this.transactor;
    try {
      await this.sender.send({ id: message.id, template: message.template, ...content });
      await this.store.sent(reader, message.id, this.clock.now());
    } catch (error) {
      const now = this.clock.now();
      const next = new Date(now.getTime() + backoffMs(message.attempts + 1, 'PT5S', 'PT1H'));
      const givesUp = next > message.giveUpAt;
      this.log.warn(
        `message ${message.id} was not sent (${failureCode(error)}); ${givesUp ? 'given up' : 'tried again'}`,
      );
      await this.store.failed(reader, message.id, givesUp ? null : next, failureCode(error));
    }
  }
}
