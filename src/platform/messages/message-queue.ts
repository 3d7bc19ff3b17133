import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod, type Period } from '../../kernel/period.js';
import { columnContext, FieldCipher } from '../crypto/field-cipher.js';
import { Transactor, type Tx } from '../database/transactor.js';
import type { Locale } from '../http/locale.js';
import { RelaySignal } from '../queues/relay-signal.js';
import { OutgoingMessagesStore } from './outgoing-messages.store.js';

export interface Notice {
  /** E.164. */
  readonly to: string;
  /** Template name, e.g. `suspension_notice`; texts are the operator's, approved by the carrier. */
  readonly template: string;
  readonly params: Readonly<Record<string, string>>;
  readonly locale: Locale;
  /** Whose account it is about; the notice goes with the account. */
  readonly accountId?: string;
  /** Names the occasion: the same key is sent once, e.g. `decision-<id>`. */
  readonly dedupeKey: string;
  /** Given up after this long; two days when absent. */
  readonly keepTrying?: Period;
}

/** Notices commit with the change that is their reason, and leave after it: a rollback tells nobody, a crash loses none. */
@Injectable()
export class MessageQueue {
  constructor(
    private readonly store: OutgoingMessagesStore,
    private readonly cipher: FieldCipher,
    private readonly transactor: Transactor,
    private readonly signal: RelaySignal,
    private readonly clock: Clock,
  ) {}

  async enqueue(tx: Tx, notice: Notice): Promise<void> {
    const id = newId();
    const now = this.clock.now();
    const { to, params, locale } = notice;
    await this.store.insert(tx, {
      id,
      accountId: notice.accountId ?? null,
      dedupeKey: notice.dedupeKey,
      template: notice.template,
      sealed: this.cipher.seal(
        JSON.stringify({ to, params, locale }),
        columnContext('outgoing_messages', 'sealed', id),
      ),
      giveUpAt: addPeriod(now, notice.keepTrying ?? 'P2D'),
      now,
    });
    this.transactor.afterCommit(tx, () => this.signal.wake());
  }

  /** What became of a notice so far; undefined: there is none of this key. */
  outcomeOf(tx: Tx, dedupeKey: string): Promise<{ sentAt: Date | null; givenUp: boolean } | undefined> {
    return this.store.outcomeOf(tx, dedupeKey);
  }

  /** Notices of an account that is being erased (2.5). @returns how many rows went */
  forgetAccount(tx: Tx, accountId: string): Promise<number> {
    return this.store.forgetAccount(tx, accountId);
  }
}
