import { Injectable } from '@nestjs/common';
import { publicUrlOf } from '../../platform/config/public-url.js';
import { RuntimeConfig } from '../../platform/config/runtime.config.js';
import type { Tx } from '../../platform/database/transactor.js';
import { MessageQueue } from '../../platform/messages/message-queue.js';
import { DeregistrationConfig } from './deregistration.config.js';
import type { Deregistration } from './deregistration.record.js';
import { AccountGate } from './ports.js';

/** `requested` by the person, `opened` by somebody else. */
type Notice = 'requested' | 'opened' | 'reminder' | 'final_notice' | 'rejected';

export interface ComposedNotice {
  readonly to: string;
  readonly template: string;
  readonly params: Record<string, string>;
  readonly locale: Deregistration['locale'];
}

/** Tells the person outside the application: the message commits with the change that is its reason. */
@Injectable()
export class NotifyPersonService {
  constructor(
    private readonly accounts: AccountGate,
    private readonly queue: MessageQueue,
    private readonly config: DeregistrationConfig,
    private readonly runtime: RuntimeConfig,
  ) {}

  /** To the number that the account has now; the same notice again is not a second one. */
  async tell(tx: Tx, d: Deregistration, notice: Notice, params: Record<string, string>): Promise<void> {
    const message = await this.compose(tx, d, notice, params);
    if (message === undefined) return;
    await this.queue.enqueue(tx, {
      ...message,
      accountId: d.accountId,
      dedupeKey: keyOf(d, notice),
      keepTrying: this.config.finalNoticeLead,
    });
  }

  /** What `tell` sends, for whoever decides whether it should be: the template's words are the operator's. */
  async compose(
    tx: Tx,
    d: Deregistration,
    notice: Notice,
    params: Record<string, string>,
  ): Promise<ComposedNotice | undefined> {
    const to = await this.accounts.phoneOf(tx, d.accountId);
    return to === undefined ? undefined : { to, template: `deregistration_${notice}`, params, locale: d.locale };
  }

  /**
   * When the final notice went out; `undefined` while it is still being tried. A number that cannot be reached, or none
   * at all, must not keep anybody from leaving: given up counts from then.
   */
  async wentOut(tx: Tx, d: Deregistration, now: Date): Promise<Date | undefined> {
    const outcome = await this.queue.outcomeOf(tx, keyOf(d, 'final_notice'));
    if (outcome === undefined) return now;
    return outcome.sentAt ?? (outcome.givenUp ? now : undefined);
  }

  /** To the address that was sealed before the account went. The token stands in the fragment, which no server logs. */
  async receipt(tx: Tx, d: Deregistration, to: string, token: string): Promise<void> {
    const link = `${publicUrlOf(this.runtime)}/account/deregistrations/${d.id}/receipt#${token}`;
    await this.queue.enqueue(tx, {
      to,
      template: 'deregistration_receipt',
      params: { link },
      locale: d.locale,
      dedupeKey: keyOf(d, 'receipt'),
    });
  }
}

const keyOf = (d: Pick<Deregistration, 'id'>, notice: string): string => `deregistration-${d.id}-${notice}`;
