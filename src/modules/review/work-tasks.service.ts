import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { addPeriod } from '../../kernel/period.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { type DisabledReason, type TaskAction, type TaskFacts, whyNot, type Worker } from './domain/allowed-actions.js';
import { reviewTaskLifecycle, stateAt } from './domain/review-task-lifecycle.js';
import { skipsThatEnd } from './domain/skips.js';
import { ReviewJournal } from './review-journal.js';
import { ReviewConfig } from './review.config.js';
import { REVIEW_ERRORS } from './review.errors.js';
import { REVIEW_EVENTS } from './review.events.js';
import { ReviewStore } from './review.store.js';
import { handedUp, type ReviewTask, UNCLAIMED, whoAndWhen } from './review-task.record.js';
import { TaskSkipsStore } from './task-skips.store.js';

export interface Dealt {
  readonly task: ReviewTask | undefined;
  /** Where nothing else waits: how many do that they skipped. */
  readonly skipped: number;
}

interface Change {
  readonly what: 'released' | 'assigned' | 'snoozed' | 'escalated';
  readonly next: ReviewTask;
  readonly data?: Record<string, unknown>;
  /** To whom it goes. */
  readonly to?: string;
}

/** What a person does in the queue. */
@Injectable()
export class WorkTasksService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: ReviewStore,
    private readonly skips: TaskSkipsStore,
    private readonly journal: ReviewJournal,
    private readonly clock: Clock,
    private readonly config: ReviewConfig,
  ) {}

  /** Takes one task for the length of a lease. @throws DomainError review_task_taken and what else stands in the way */
  async claim(id: string, by: Worker): Promise<ReviewTask> {
    return this.transactor.run(async (tx) => {
      const task = await this.mustLock(tx, id);
      // Claiming what one holds already is a heartbeat: a client that lost the answer may ask again.
      if (this.factsOf(task).state === 'claimed' && task.assignee === by.id) return this.extendIn(tx, task, by);
      this.refuse('claim', task, by);
      await this.skips.end(tx, { taskId: id }, skipsThatEnd('claimed', { by: by.id }), this.clock.now());
      return this.claimIn(tx, task, by);
    });
  }

  /** The most urgent task that this person may take and has not skipped. Two people asking at once get two tasks. */
  async claimNext(kinds: readonly string[], by: Worker, except: readonly string[] = []): Promise<Dealt> {
    return this.transactor.run(async (tx) => {
      const now = this.clock.now();
      const next = await this.store.next(tx, by, kinds, except, now);
      if (next !== undefined) return { task: await this.claimIn(tx, next, by), skipped: 0 };
      return { task: undefined, skipped: await this.store.countSkipped(tx, by, kinds, this.config.countBound, now) };
    });
  }

  /** Keeps a claim while its holder is at work. */
  async heartbeat(id: string, by: Worker): Promise<ReviewTask> {
    return this.transactor.run(async (tx) => {
      const task = await this.mustLock(tx, id);
      this.refuse('heartbeat', task, by);
      return this.extendIn(tx, task, by);
    });
  }

  release(id: string, version: number, by: Worker): Promise<ReviewTask> {
    return this.act(id, version, 'release', by, (task) => ({
      what: 'released',
      next: { ...task, ...UNCLAIMED, state: reviewTaskLifecycle.move('claimed', 'release') },
    }));
  }

  /** Keeps the task for somebody; they still claim it themselves. */
  assign(id: string, version: number, to: string, by: Worker, reason?: string): Promise<ReviewTask> {
    return this.act(id, version, 'assign', by, (task) => {
      if (task.conflictIds.includes(to)) throw new DomainError(REVIEW_ERRORS.conflict_of_interest);
      const state = reviewTaskLifecycle.move(this.factsOf(task).state, 'assign');
      const next = { ...task, ...UNCLAIMED, state, reservedFor: to, handoverReason: reason ?? null };
      return { what: 'assigned', next, data: { to }, to };
    });
  }

  snooze(id: string, version: number, until: Date, by: Worker): Promise<ReviewTask> {
    return this.act(id, version, 'snooze', by, (task, now) => {
      if (until <= now || until > addPeriod(now, this.config.longestSnooze))
        throw new DomainError(REVIEW_ERRORS.snooze_not_possible);
      const state = reviewTaskLifecycle.move(this.factsOf(task).state, 'snooze');
      const next = { ...task, ...UNCLAIMED, state, snoozedUntil: until };
      return { what: 'snoozed', next, data: { until: until.toISOString() } };
    });
  }

  /** Hands the task up: from now on a senior moderator takes it, before others. */
  escalate(id: string, version: number, reason: string, by: Worker): Promise<ReviewTask> {
    return this.act(id, version, 'escalate', by, (task, now) => ({
      what: 'escalated',
      next: {
        ...handedUp(task, this.config.escalationBoost, { by: by.id, reason, now }),
        state: reviewTaskLifecycle.move(this.factsOf(task).state, 'escalate'),
      },
    }));
  }

  /** @throws DomainError why this person may not do this with it now */
  mustAllow(action: TaskAction, task: ReviewTask, by: Worker): void {
    this.refuse(action, task, by);
  }

  /** A task as its rules see it now. */
  factsOf(task: ReviewTask): TaskFacts {
    return { ...task, state: stateAt(task, this.clock.now()) };
  }

  private async act(
    id: string,
    version: number,
    action: TaskAction,
    by: Worker,
    change: (task: ReviewTask, now: Date) => Change,
  ): Promise<ReviewTask> {
    return this.transactor.run(async (tx) => {
      const task = await this.mustLock(tx, id);
      if (task.version !== version) throw new DomainError(HTTP_ERRORS.stale_version, { extra: whoAndWhen(task) });
      this.refuse(action, task, by);
      const now = this.clock.now();
      const { what, next, data, to } = change(task, now);
      const saved = await this.store.save(tx, next, by.id, what, now);
      if (saved === undefined) throw new DomainError(HTTP_ERRORS.stale_version, { extra: whoAndWhen(task) });
      await this.skips.end(tx, { taskId: id }, skipsThatEnd(what, { by: by.id, to }), now);
      await this.journal.note(tx, REVIEW_EVENTS[what], saved, actorOfWorker(by), data ?? {});
      return saved;
    });
  }

  private async claimIn(tx: Tx, task: ReviewTask, by: Worker): Promise<ReviewTask> {
    const now = this.clock.now();
    const claimed = await this.store.claim(tx, task.id, task.version, by.id, now, addPeriod(now, this.config.lease));
    if (claimed === undefined) throw new DomainError(REVIEW_ERRORS.review_task_taken, { extra: whoAndWhen(task) });
    await this.journal.note(tx, REVIEW_EVENTS.claimed, claimed, actorOfWorker(by), {});
    return claimed;
  }

  private async extendIn(tx: Tx, task: ReviewTask, by: Worker): Promise<ReviewTask> {
    const now = this.clock.now();
    const extended = await this.store.extend(tx, task.id, by.id, now, addPeriod(now, this.config.lease));
    if (extended === undefined) throw new DomainError(REVIEW_ERRORS.review_claim_required);
    return extended;
  }

  /** @throws DomainError review_task_not_found */
  async mustLock(tx: Tx, id: string): Promise<ReviewTask> {
    const task = await this.store.lock(tx, id);
    if (task === undefined) throw new DomainError(REVIEW_ERRORS.review_task_not_found);
    return task;
  }

  private refuse(action: TaskAction, task: ReviewTask, by: Worker): void {
    const reason = whyNot(action, this.factsOf(task), by);
    if (reason !== null) throw new DomainError(REFUSALS[reason], { extra: { reason, ...whoAndWhen(task) } });
  }
}

const REFUSALS: Readonly<Record<DisabledReason, (typeof REVIEW_ERRORS)[keyof typeof REVIEW_ERRORS]>> = {
  ended: REVIEW_ERRORS.review_task_ended,
  not_claimed: REVIEW_ERRORS.review_claim_required,
  claimed_by_other: REVIEW_ERRORS.review_task_taken,
  already_yours: REVIEW_ERRORS.review_task_taken,
  reserved_for_other: REVIEW_ERRORS.review_task_unavailable,
  snoozed: REVIEW_ERRORS.review_task_unavailable,
  conflict_of_interest: REVIEW_ERRORS.conflict_of_interest,
  role_needed: REVIEW_ERRORS.review_role_needed,
  senior_only: REVIEW_ERRORS.review_role_needed,
  decision_held: REVIEW_ERRORS.decision_held,
};

export const actorOfWorker = (by: Worker): Actor => {
  const role = by.roles[0];
  return { kind: 'staff', id: by.id, ...(role === undefined ? {} : { role }) };
};
