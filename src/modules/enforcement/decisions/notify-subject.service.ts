import { Injectable } from '@nestjs/common';
import { SYSTEM } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import type { Tx } from '../../../platform/database/transactor.js';
import type { Locale } from '../../../platform/http/locale.js';
import { MessageQueue } from '../../../platform/messages/message-queue.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { IdentifiersService } from '../../accounts/identifiers.service.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { type DecisionRecord, DecisionsStore } from './decisions.store.js';

/** Where somebody is told, as it was read; without a number they read it on their page only. */
export interface Reach {
  readonly phone: string | undefined;
}

/** Tells the person. A message carries the reference only: the reasons are read on the person's own page. */
@Injectable()
export class NotifySubjectService {
  constructor(
    private readonly decisions: DecisionsStore,
    private readonly accounts: AccountsService,
    private readonly identifiers: IdentifiersService,
    private readonly messages: MessageQueue,
    private readonly journal: EnforcementJournal,
    private readonly clock: Clock,
  ) {}

  /** Where somebody is told, read ahead: it travels with other readings. */
  addressOf(tx: Tx, accountId: string): Promise<string | undefined> {
    return this.identifiers.phoneOf(tx, accountId);
  }

  /** From now on the statement is open to the person; told once, however often this runs. */
  async tell(tx: Tx, decision: DecisionRecord, locale?: Locale): Promise<void> {
    if (await this.decisions.markTold(tx, decision.id, this.clock.now())) await this.sayIt(tx, decision, locale);
  }

  /** What being told consists of; the caller has written down, in this transaction, that it is done. */
  async sayIt(tx: Tx, decision: DecisionRecord, locale?: Locale, reach?: Reach): Promise<void> {
    const params = { reference: decision.id };
    await this.send(tx, decision.accountId, 'enforcement_decision', `decision-${decision.id}`, params, locale, reach);
    await this.journal.note(tx, {
      type: ENFORCEMENT_EVENTS.noticeGiven,
      actor: SYSTEM,
      accountId: decision.accountId,
      target: { kind: 'decision', id: decision.id },
      clauses: ['ENF-8', '7.1'],
    });
  }

  /** Tells the person what became of a measure that they had been told of; their page shows the change as well. */
  async tellOfChange(
    tx: Tx,
    { decisionId, accountId, id, version }: { decisionId: string; accountId: string; id: string; version: number },
    template: 'sanction_lifted' | 'sanction_changed' | 'sanction_kept',
  ): Promise<void> {
    const decision = await this.decisions.find(tx, decisionId);
    // Of a measure that is kept from them they learn nothing by its change either; its notice says then what holds.
    if (decision === undefined || decision.noticeGivenAt === null) return;
    await this.send(tx, accountId, template, `sanction-${id}-${version}`, { reference: decisionId });
  }

  /** Where there is a number to send to; a deregistered subject has none any more. @param locale and @param reach as the caller has read them */
  async send(
    tx: Tx,
    accountId: string,
    template: string,
    dedupeKey: string,
    params: Record<string, string>,
    locale?: Locale,
    reach?: Reach,
  ): Promise<void> {
    const [to, language] = await Promise.all([
      reach === undefined ? this.addressOf(tx, accountId) : reach.phone,
      locale ?? this.localeOf(tx, accountId),
    ]);
    if (to === undefined) return;
    await this.messages.enqueue(tx, { to, template, params, locale: language, accountId, dedupeKey });
  }

  private async localeOf(tx: Tx, accountId: string): Promise<Locale> {
    return (await this.accounts.find(tx, accountId))?.locale ?? 'zh-CN';
  }
}
