import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { columnContext, FieldCipher } from '../crypto/field-cipher.js';
import { Transactor, type Tx } from '../database/transactor.js';
import type { Locale } from '../http/locale.js';
import { backoffMs } from '../queues/backoff.js';
import { failureCode } from '../queues/failure-code.js';
import { JobHandler } from '../queues/job-handler.js';
import { defineJob, type JobPayload } from '../queues/job-options.js';
import { type JobClaim, type JobSource, JobSources } from '../queues/job-sources.js';
import { MessageSender } from './message-sender.js';
import { OutgoingMessagesStore, type WaitingMessage } from './outgoing-messages.store.js';

const SEND_MESSAGES = defineJob({ name: 'send-messages', concurrency: 4 });

interface Content {
  readonly to: string;
  readonly params: Record<string, string>;
  readonly locale: Locale;
}

/** Sends what `MessageQueue` keeps. A job carries ids; whom and what is opened here and nowhere else. */
@Injectable()
export class SendMessagesProcessor implements JobSource, OnModuleInit {
  readonly job = SEND_MESSAGES.name;
  private readonly log = new Logger('SendMessages');

  constructor(
    private readonly sources: JobSources,
    private readonly store: OutgoingMessagesStore,
    private readonly cipher: FieldCipher,
    private readonly sender: MessageSender,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.sources.register(this);
  }

  async claim(tx: Tx, now: Date, until: Date, limit: number): Promise<JobClaim[]> {
    const claimed = await this.store.claim(tx, now, until, limit);
    return claimed.map(({ id, claims }) => ({ rowIds: [id], claim: claims }));
  }

  isDue(tx: Tx, now: Date, claimedToo: boolean): Promise<boolean> {
    return this.store.isDue(tx, now, claimedToo);
  }

  @JobHandler('send-messages')
  async send({ ids }: JobPayload): Promise<void> {
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
