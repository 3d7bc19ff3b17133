import { Injectable } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import { addPeriod, subtractPeriod } from '../../../kernel/period.js';
import type { Tx } from '../../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../../platform/http/http.errors.js';
import { StandingService } from '../../accounts/standing.service.js';
import { rectificationLifecycle, type RectificationCommand } from '../domain/rectification-lifecycle.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { defineOutcomes, ReviewService } from '../../review/review.service.js';
import { impositionsOf } from './impositions.js';
import { type OrderRecord, OrdersStore, type RemovalRecord } from './orders.store.js';
import type { SanctionRecord } from './sanctions.store.js';

export const RECTIFICATION_TASK = 'rectification';
defineOutcomes(RECTIFICATION_TASK, ['accepted', 'returned', 'extended', 'withdrawn']);
export const REMOVAL_TASK = 'content_removal';
defineOutcomes(REMOVAL_TASK, ['asked_again', 'given_up', 'withdrawn', 'removed', 'not_found']);

/** Measures that wait for somebody else: orders to rectify (ENF-2) and removals of content (ENF-7). */
@Injectable()
export class OrdersService {
  constructor(
    private readonly store: OrdersStore,
    private readonly standing: StandingService,
    private readonly review: ReviewService,
    private readonly journal: EnforcementJournal,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  /** Opens an order, or moves the deadline of the one that stands. */
  async open(tx: Tx, s: SanctionRecord, _actor: Actor): Promise<void> {
    if (s.endsAt === null) return;
    const now = this.clock.now();
    const reminder = subtractPeriod(s.endsAt, this.config.remindBefore);
    const remindAt = reminder > now ? reminder : null;
    const nextAt = remindAt ?? s.endsAt;
    if ((await this.store.find(tx, s.id)) === undefined) {
      const order = { sanctionId: s.id, accountId: s.accountId, dueAt: s.endsAt, remindAt, nextAt, updatedAt: now };
      await this.store.insert(tx, { ...order, state: 'ordered', version: 1 });
    }
    await this.showDuty(tx, s, s.endsAt);
  }

  async showDuty(tx: Tx, s: SanctionRecord, dueAt: Date): Promise<void> {
    for (const duty of impositionsOf({ ...s, endsAt: dueAt })) await this.standing.impose(tx, s.accountId, duty);
  }

  /** Nothing is asked for any more, so nothing is left to look at. */
  async withdraw(tx: Tx, s: SanctionRecord, actor: Actor): Promise<void> {
    const order = await this.store.lock(tx, s.id);
    if (order === undefined || rectificationLifecycle.isTerminal(order.state)) return;
    await this.step(tx, order, 'withdraw', { nextAt: null });
    await this.review.cancel(tx, { kind: RECTIFICATION_TASK, subjectId: s.id }, actor, 'withdrawn');
  }

  async step(
    tx: Tx,
    order: OrderRecord,
    command: RectificationCommand,
    change: Partial<OrderRecord>,
  ): Promise<OrderRecord> {
    const state = rectificationLifecycle.move(order.state, command);
    const saved = await this.store.save(tx, { ...order, ...change, state, updatedAt: this.clock.now() });
    if (saved === undefined) throw new DomainError(HTTP_ERRORS.stale_version);
    return saved;
  }

  /** Tells the content systems; they answer with an acknowledgement, and are asked again until they do. */
  async askForRemoval(tx: Tx, s: SanctionRecord, actor: Actor): Promise<void> {
    const now = this.clock.now();
    for (const { system, ref } of s.params.contents ?? []) {
      const removal: RemovalRecord = {
        id: newId(),
        sanctionId: s.id,
        accountId: s.accountId,
        system,
        contentRef: ref,
        state: 'asked',
        attempts: 1,
        answeredAt: null,
        note: null,
      };
      await this.store.askRemoval(tx, removal, now, addPeriod(now, this.config.removalRetry));
      await this.tellRemoval(tx, removal, actor);
    }
  }

  /** Given back (ENF-10): the content systems are told that they may show it again. */
  async withdrawRemovals(tx: Tx, s: SanctionRecord, actor: Actor): Promise<void> {
    for (const r of await this.store.withdrawRemovals(tx, s.id)) {
      await this.review.cancel(tx, { kind: REMOVAL_TASK, subjectId: r.id }, actor, 'withdrawn');
      await this.journal.note(tx, {
        type: ENFORCEMENT_EVENTS.contentRemovalWithdrawn,
        actor,
        accountId: r.accountId,
        target: { kind: 'content_removal', id: r.id },
        clauses: ['ENF-7', 'ENF-10', '7.1'],
        data: { system: r.system, contentRef: r.contentRef, sanctionId: s.id },
      });
    }
  }

  /** One batch of systems that stayed silent. */
  async askAgain(tx: Tx, limit: number): Promise<number> {
    const now = this.clock.now();
    const silent = await this.store.askAgain(tx, now, addPeriod(now, this.config.removalRetry), limit);
    for (const removal of silent) {
      await this.tellRemoval(tx, removal, SYSTEM);
      if (removal.attempts > this.config.removalPatience) await this.askPerson(tx, removal, 'silent');
    }
    return silent.length;
  }

  /** A system that refuses or stays silent is a matter for people: ask again, or end it with a reason. One task each. */
  async askPerson(tx: Tx, r: RemovalRecord, because: 'refused' | 'silent'): Promise<void> {
    await this.review.open(tx, {
      kind: REMOVAL_TASK,
      subjectId: r.id,
      accountId: r.accountId,
      dueAt: addPeriod(this.clock.now(), this.config.removalReview),
      priority: 70,
      roles: ['moderator', 'senior_moderator', 'ops'],
      refs: { sanctionId: r.sanctionId, system: r.system, because, clauses: ['7.1'] },
    });
  }

  /** @returns undefined when there is nothing to ask any more */
  async askOneAgain(tx: Tx, id: string, actor: Actor, note?: string): Promise<RemovalRecord | undefined> {
    const asked = await this.store.askNow(tx, id, addPeriod(this.clock.now(), this.config.removalRetry));
    if (asked !== undefined) await this.tellRemoval(tx, asked, actor, note);
    return asked;
  }

  private async tellRemoval(tx: Tx, r: RemovalRecord, actor: Actor, note?: string): Promise<void> {
    await this.journal.note(tx, {
      type: ENFORCEMENT_EVENTS.contentRemovalRequested,
      actor,
      accountId: r.accountId,
      target: { kind: 'content_removal', id: r.id },
      clauses: ['ENF-7', '7.1'],
      data: { system: r.system, contentRef: r.contentRef, attempt: r.attempts, sanctionId: r.sanctionId },
      ...(note === undefined ? {} : { details: { note } }),
    });
  }
}
