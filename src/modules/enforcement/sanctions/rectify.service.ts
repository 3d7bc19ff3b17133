import { Injectable } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import { addPeriod, subtractPeriod } from '../../../kernel/period.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { ReviewService } from '../../review/review.service.js';
import { NotifySubjectService } from '../decisions/notify-subject.service.js';
import { rectificationLifecycle } from '../domain/rectification-lifecycle.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS as EVENTS } from '../enforcement.events.js';
import { SealedTexts } from '../sealed-texts.js';
import { ApplySanctionsService } from './apply-sanctions.service.js';
import { OrdersService, RECTIFICATION_TASK } from './orders.service.js';
import { type OrderRecord, OrdersStore } from './orders.store.js';
import { type SanctionRecord, SanctionsStore } from './sanctions.store.js';

export interface Assessment {
  readonly accepted: boolean;
  readonly note: string;
  readonly dueAt?: Date | undefined;
}

/** The dialogue of an order to rectify (ENF-2): the person submits, a person looks, time reminds and escalates. */
@Injectable()
export class RectifyService {
  constructor(
    private readonly transactor: Transactor,
    private readonly accounts: AccountsService,
    private readonly sanctions: SanctionsStore,
    private readonly store: OrdersStore,
    private readonly orders: OrdersService,
    private readonly applying: ApplySanctionsService,
    private readonly review: ReviewService,
    private readonly notices: NotifySubjectService,
    private readonly texts: SealedTexts,
    private readonly journal: EnforcementJournal,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  submit(once: Once, sanctionId: string, text: string, accountId: string, actor: Actor): Promise<OrderRecord> {
    return this.transactor.once(once, async (tx) => {
      const { sanction, order } = await this.lock(tx, sanctionId, accountId);
      const submitted = await this.orders.step(tx, order, 'submit', { nextAt: null, remindAt: null });
      await this.addEntry(tx, sanction, 'submission', actor, text, null);
      // While our answer is what is missing, nothing is due of the person.
      await this.review.open(tx, {
        kind: RECTIFICATION_TASK,
        subjectId: sanctionId,
        accountId,
        dueAt: addPeriod(this.clock.now(), this.config.submissionReview),
        refs: { caseId: sanction.caseId, clauses: [sanction.clause] },
      });
      await this.note(tx, EVENTS.rectificationSubmitted, sanction, actor, {});
      return submitted;
    });
  }

  assess(sanctionId: string, answer: Assessment, actor: Actor): Promise<OrderRecord> {
    return this.transactor.run((tx) => this.assessIn(tx, sanctionId, answer, actor));
  }

  async assessIn(tx: Tx, sanctionId: string, answer: Assessment, actor: Actor): Promise<OrderRecord> {
    const { sanction, order } = await this.lock(tx, sanctionId);
    const task = { kind: RECTIFICATION_TASK, subjectId: sanctionId };
    const kind = answer.accepted ? 'accepted' : 'returned';
    // Returned: never less time than there was, and always some.
    const least = addPeriod(this.clock.now(), this.config.remindBefore);
    const dueAt = [answer.dueAt, order.dueAt, least].filter((d) => d !== undefined).reduce((a, b) => (a > b ? a : b));
    const until = answer.accepted ? {} : { until: dueAt.toISOString() };
    await this.review.takeAndComplete(tx, task, actor, { code: kind, ...until });
    await this.addEntry(tx, sanction, kind, actor, answer.note, answer.dueAt ?? null);
    await this.note(tx, EVENTS.rectificationReviewed, sanction, actor, { outcome: kind });
    if (answer.accepted) {
      const accepted = await this.orders.step(tx, order, 'accept', { nextAt: null });
      await this.applying.withdraw(tx, sanction, 'fulfil', actor, 'rectified');
      return accepted;
    }
    const returned = await this.orders.step(tx, order, 'return', { dueAt, ...this.timesOf(dueAt) });
    if (sanction.endsAt?.getTime() !== dueAt.getTime()) await this.sanctions.save(tx, { ...sanction, endsAt: dueAt });
    await this.orders.showDuty(tx, sanction, dueAt);
    await this.notices.send(
      tx,
      sanction.accountId,
      'rectification_returned',
      `rectification-${order.version}-${sanctionId}`,
      { reference: sanctionId },
    );
    return returned;
  }

  extend(sanctionId: string, dueAt: Date, reason: string, actor: Actor): Promise<OrderRecord> {
    return this.transactor.run((tx) => this.extendIn(tx, sanctionId, dueAt, reason, actor));
  }

  async extendIn(tx: Tx, sanctionId: string, dueAt: Date, reason: string, actor: Actor): Promise<OrderRecord> {
    const { sanction, order } = await this.lock(tx, sanctionId);
    if (dueAt <= order.dueAt || dueAt <= this.clock.now())
      throw new DomainError(ENFORCEMENT_ERRORS.sanction_change_invalid);
    const extended = await this.orders.step(tx, order, 'extend', { dueAt, ...this.timesOf(dueAt) });
    await this.sanctions.save(tx, { ...sanction, endsAt: dueAt });
    await this.addEntry(tx, sanction, 'extended', actor, reason, dueAt);
    await this.orders.showDuty(tx, sanction, dueAt);
    await this.review.takeAndComplete(tx, { kind: RECTIFICATION_TASK, subjectId: sanctionId }, actor, {
      code: 'extended',
      until: dueAt.toISOString(),
    });
    const key = `rectification-${extended.version}-${sanctionId}`;
    await this.notices.send(tx, sanction.accountId, 'rectification_extended', key, { reference: sanctionId });
    await this.note(tx, EVENTS.rectificationExtended, sanction, actor, { dueAt: dueAt.toISOString() });
    return extended;
  }

  /** Escalates an order that is past its deadline at once, without waiting for the grace period to end. */
  escalate(sanctionId: string, reason: string, actor: Actor): Promise<OrderRecord> {
    return this.transactor.run(async (tx) => {
      const { sanction, order } = await this.lock(tx, sanctionId);
      const escalated = await this.orders.step(tx, order, 'escalate', { nextAt: null });
      await this.handUp(tx, sanction, order, this.clock.now());
      await this.note(tx, EVENTS.rectificationEscalated, sanction, actor, {}, { reason });
      return escalated;
    });
  }

  /** The account is gone, so nobody can comply any more: its open orders end (2.5). */
  async endOf(tx: Tx, accountId: string): Promise<void> {
    for (const { sanctionId, state } of await this.store.ofAccount(tx, accountId)) {
      if (rectificationLifecycle.isTerminal(state)) continue;
      const { sanction } = await this.lock(tx, sanctionId);
      await this.applying.withdraw(tx, sanction, 'lift', SYSTEM, 'account_gone');
    }
  }

  /** One batch of what time brings: a reminder, a passed deadline, the way to a person. */
  runBatch(limit: number): Promise<number> {
    return this.transactor.run(async (tx) => {
      const now = this.clock.now();
      const due = await this.store.claimDue(tx, now, limit);
      for (const order of due) {
        const sanction = await this.sanctions.find(tx, order.sanctionId);
        if (sanction !== undefined) await this.advance(tx, sanction, order, now);
      }
      return due.length;
    });
  }

  private async advance(tx: Tx, sanction: SanctionRecord, order: OrderRecord, now: Date): Promise<void> {
    if (order.state === 'overdue') {
      await this.orders.step(tx, order, 'escalate', { nextAt: null });
      await this.handUp(tx, sanction, order, now);
      return this.note(tx, EVENTS.rectificationEscalated, sanction, SYSTEM, {});
    }
    if (order.dueAt <= now) {
      await this.orders.step(tx, order, 'pass_deadline', {
        remindAt: null,
        nextAt: addPeriod(order.dueAt, this.config.overdueGrace),
      });
      return this.note(tx, EVENTS.rectificationOverdue, sanction, SYSTEM, { dueAt: order.dueAt.toISOString() });
    }
    await this.store.save(tx, { ...order, remindAt: null, nextAt: order.dueAt, updatedAt: now });
    const key = `rectification-reminder-${sanction.id}-${order.dueAt.getTime()}`;
    await this.notices.send(tx, sanction.accountId, 'rectification_reminder', key, { reference: sanction.id });
    await this.note(tx, EVENTS.rectificationReminded, sanction, SYSTEM, { dueAt: order.dueAt.toISOString() });
  }

  private async handUp(tx: Tx, sanction: SanctionRecord, order: OrderRecord, now: Date): Promise<void> {
    await this.review.open(tx, {
      kind: RECTIFICATION_TASK,
      subjectId: sanction.id,
      accountId: sanction.accountId,
      dueAt: addPeriod(now, this.config.overdueReview),
      priority: 75,
      refs: { caseId: sanction.caseId, clauses: [sanction.clause], overdueSince: order.dueAt.toISOString() },
    });
  }

  private timesOf(dueAt: Date): { remindAt: Date | null; nextAt: Date } {
    const reminder = subtractPeriod(dueAt, this.config.remindBefore);
    const remindAt = reminder > this.clock.now() ? reminder : null;
    return { remindAt, nextAt: remindAt ?? dueAt };
  }

  private async lock(
    tx: Tx,
    sanctionId: string,
    holder?: string,
  ): Promise<{ sanction: SanctionRecord; order: OrderRecord }> {
    const unlocked = await this.sanctions.find(tx, sanctionId);
    if (unlocked === undefined || (holder !== undefined && unlocked.accountId !== holder)) {
      throw new DomainError(ENFORCEMENT_ERRORS.sanction_not_found);
    }
    await this.accounts.lockForUpdate(tx, unlocked.accountId);
    const sanction = (await this.sanctions.lock(tx, sanctionId)) ?? unlocked;
    const order = await this.store.lock(tx, sanctionId);
    if (order === undefined) throw new DomainError(ENFORCEMENT_ERRORS.not_an_order);
    return { sanction, order };
  }

  private async addEntry(
    tx: Tx,
    sanction: SanctionRecord,
    kind: 'submission' | 'accepted' | 'returned' | 'extended',
    actor: Actor,
    text: string,
    dueAt: Date | null,
  ): Promise<void> {
    const id = newId();
    const sealed = this.texts.seal('rectification_entries', id, text);
    const entry = { id, kind, actorKind: actor.kind, actorId: actor.id, sealed, dueAt, at: this.clock.now() };
    await this.store.addEntry(tx, sanction.id, sanction.accountId, entry);
  }

  private async note(
    tx: Tx,
    type: string,
    s: SanctionRecord,
    actor: Actor,
    data: object,
    details: object = {},
  ): Promise<void> {
    const target = { kind: 'sanction', id: s.id };
    await this.journal.note(tx, {
      type,
      actor,
      accountId: s.accountId,
      target,
      clauses: ['ENF-2', '7.1', s.clause],
      data: { ...data },
      details: { ...details },
    });
  }
}
