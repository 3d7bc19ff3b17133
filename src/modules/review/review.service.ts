import { Injectable } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { reviewTaskLifecycle, stateAt } from './domain/review-task-lifecycle.js';
import { skipsThatEnd, type TaskHappening } from './domain/skips.js';
import { outcomeOf, type TaskOutcome } from './domain/task-outcome.js';
import { type NewReviewTask, newTask } from './new-task.js';
import { ReviewJournal } from './review-journal.js';
import { REVIEW_ERRORS } from './review.errors.js';
import { REVIEW_EVENTS } from './review.events.js';
import { ReviewStore } from './review.store.js';
import { type ReviewTask, UNCLAIMED, whoAndWhen } from './review-task.record.js';
import { TaskSkipsStore } from './task-skips.store.js';

export { defineOutcomes, type TaskOutcome } from './domain/task-outcome.js';
export type { NewReviewTask } from './new-task.js';
export type { ReviewTask } from './review-task.record.js';

/** A task by what it is about. */
export interface TaskRef {
  readonly kind: string;
  readonly subjectId: string;
}

/** A code says it where nothing else has to be said. */
type Ended = TaskOutcome | string;

/** Other modules' door: put work into the queue, ask who holds it, end it, always in their own transaction. */
@Injectable()
export class ReviewService {
  constructor(
    private readonly store: ReviewStore,
    private readonly skips: TaskSkipsStore,
    private readonly journal: ReviewJournal,
    private readonly clock: Clock,
  ) {}

  /** Opens a task, or answers the live one that the subject has already. */
  async open(tx: Tx, what: NewReviewTask): Promise<ReviewTask> {
    const by = what.by ?? SYSTEM;
    const task = newTask(what, by.id, this.clock.now());
    if (await this.store.insert(tx, task)) {
      await this.journal.note(tx, REVIEW_EVENTS.opened, task, by, {});
      return task;
    }
    const live = await this.store.lockLive(tx, what.subjectId, what.kind);
    if (live === undefined) return this.open(tx, what);
    await this.dealAgain(tx, live.subjectId, 'renewed');
    return live;
  }

  /**
   * There is more to a matter than those who skipped its task saw (new evidence, another case in it): it is dealt to them
   * again. Locks no task, so it is called wherever the subject is held.
   */
  async renew(tx: Tx, subjectId: string): Promise<void> {
    await this.dealAgain(tx, subjectId, 'renewed');
  }

  findLive(tx: Tx, ref: TaskRef): Promise<ReviewTask | undefined> {
    return this.store.lockLive(tx, ref.subjectId, ref.kind);
  }

  /**
   * Refuses unless `staffId` holds the task now: asked by every decision (invariant 10).
   * @throws DomainError review_task_not_found, review_task_ended, review_task_taken, review_claim_required,
   * conflict_of_interest; with who changed it last, how and when
   */
  async requireClaim(tx: Tx, task: TaskRef | string, staffId: string): Promise<ReviewTask> {
    const found = await this.mustLock(tx, task);
    const state = stateAt(found, this.clock.now());
    const extra = whoAndWhen(found);
    if (reviewTaskLifecycle.isTerminal(state)) throw new DomainError(REVIEW_ERRORS.review_task_ended, { extra });
    if (found.conflictIds.includes(staffId)) throw new DomainError(REVIEW_ERRORS.conflict_of_interest);
    if (state !== 'claimed') throw new DomainError(REVIEW_ERRORS.review_claim_required, { extra });
    if (found.assignee !== staffId) throw new DomainError(REVIEW_ERRORS.review_task_taken, { extra });
    return found;
  }

  /** `requireClaim`, then done: the decision and the end of its task commit together. */
  async complete(tx: Tx, task: TaskRef | string, actor: Actor, outcome?: Ended): Promise<ReviewTask> {
    const found = await this.requireClaim(tx, task, actor.id);
    return this.end(tx, found, 'complete', actor, outcome);
  }

  /**
   * For somebody who acts on the subject itself: takes the task if nobody holds it, and ends it. The row is locked, so
   * one person at a time still decides. No live task is fine.
   * @throws DomainError review_task_taken, conflict_of_interest
   */
  async takeAndComplete(tx: Tx, ref: TaskRef, actor: Actor, outcome?: Ended): Promise<void> {
    await this.finish(tx, await this.findLive(tx, ref), actor, outcome);
  }

  /** The same for a task that the caller has locked (`findLive`), so that the lock can travel with others. */
  async finish(tx: Tx, live: ReviewTask | undefined, actor: Actor, outcome?: Ended): Promise<void> {
    if (live === undefined) return;
    if (live.conflictIds.includes(actor.id)) throw new DomainError(REVIEW_ERRORS.conflict_of_interest);
    const now = this.clock.now();
    const held = stateAt(live, now) === 'claimed';
    if (held && live.assignee !== actor.id) {
      throw new DomainError(REVIEW_ERRORS.review_task_taken, { extra: whoAndWhen(live) });
    }
    const taken = held ? live : { ...live, state: 'claimed' as const, assignee: actor.id, claimedAt: now };
    await this.end(tx, taken, 'complete', actor, outcome);
  }

  /** Ends the task without a decision, whoever holds it: its subject no longer needs it. None is fine. */
  async cancel(tx: Tx, ref: TaskRef, actor: Actor = SYSTEM, outcome?: Ended): Promise<void> {
    const live = await this.store.lockLive(tx, ref.subjectId, ref.kind);
    if (live !== undefined) await this.end(tx, live, 'cancel', actor, outcome);
  }

  /** Every live task of a subject, of whatever kind. */
  async cancelAll(tx: Tx, subjectId: string, actor: Actor = SYSTEM, outcome?: Ended): Promise<void> {
    for (const live of await this.store.lockLiveOfSubject(tx, subjectId))
      await this.end(tx, live, 'cancel', actor, outcome);
  }

  /** From now on these people may not handle it; what one of them holds or has kept for them comes free. */
  async addConflicts(tx: Tx, ref: TaskRef, staffIds: readonly string[]): Promise<void> {
    const live = await this.store.lockLive(tx, ref.subjectId, ref.kind);
    if (live === undefined) return;
    const conflictIds = [...new Set([...live.conflictIds, ...staffIds])];
    const conflicted = (id: string | null): boolean => id !== null && staffIds.includes(id);
    await this.save(tx, {
      ...live,
      conflictIds,
      reservedFor: conflicted(live.reservedFor) ? null : live.reservedFor,
      ...(conflicted(live.assignee) ? { ...UNCLAIMED, state: 'open' as const } : {}),
    });
  }

  /** More urgent, or due at another time, firm or not; they stay where they are not given. */
  async reprioritise(
    tx: Tx,
    ref: TaskRef,
    change: { priority?: number; dueAt?: Date; provisionalDue?: boolean },
  ): Promise<void> {
    const live = await this.store.lockLive(tx, ref.subjectId, ref.kind);
    if (live === undefined) return;
    const sooner = change.dueAt !== undefined && change.dueAt < live.dueAt;
    if (sooner || (change.priority ?? 0) > live.priority) await this.dealAgain(tx, live.subjectId, 'more_urgent');
    await this.save(tx, {
      ...live,
      priority: change.priority ?? live.priority,
      dueAt: change.dueAt ?? live.dueAt,
      provisionalDue: change.provisionalDue ?? live.provisionalDue,
    });
  }

  /** @param task locked by this transaction, so that nobody else can have moved it on */
  private async end(
    tx: Tx,
    task: ReviewTask,
    command: 'complete' | 'cancel',
    actor: Actor,
    given: Ended | undefined,
  ): Promise<ReviewTask> {
    const now = this.clock.now();
    // A snooze that nobody ended counts as awake: cancelling is possible from every live state.
    const state = reviewTaskLifecycle.move(task.state, command);
    const holder = command === 'complete' ? {} : { assignee: null, claimedAt: null };
    const outcome = outcomeOf(task.kind, given);
    const ended = { ...task, ...holder, leaseUntil: null, snoozedUntil: null, state, endedAt: now, outcome };
    const change = command === 'complete' ? 'completed' : 'cancelled';
    const saved = await this.store.saveLocked(tx, ended, actor.id, change, now);
    await this.skips.forget(tx, task.id);
    const { code, reasonCode } = outcome ?? {};
    const data = code === undefined ? {} : { outcome: code, ...(reasonCode === undefined ? {} : { reasonCode }) };
    await this.journal.note(
      tx,
      command === 'complete' ? REVIEW_EVENTS.completed : REVIEW_EVENTS.cancelled,
      saved,
      actor,
      data,
    );
    return saved;
  }

  private dealAgain(tx: Tx, subjectId: string, what: TaskHappening): Promise<void> {
    return this.skips.end(tx, { subjectId }, skipsThatEnd(what, { by: SYSTEM.id }), this.clock.now());
  }

  private async save(tx: Tx, task: ReviewTask): Promise<void> {
    const saved = await this.store.save(tx, task, SYSTEM.id, 'changed', this.clock.now());
    if (saved === undefined) throw new DomainError(HTTP_ERRORS.stale_version, { extra: whoAndWhen(task) });
  }

  private async mustLock(tx: Tx, task: TaskRef | string): Promise<ReviewTask> {
    const found =
      typeof task === 'string'
        ? await this.store.lock(tx, task)
        : await this.store.lockLive(tx, task.subjectId, task.kind);
    if (found !== undefined) return found;
    const last = typeof task === 'string' ? undefined : await this.store.lastOf(tx, task.subjectId, task.kind);
    if (last === undefined) throw new DomainError(REVIEW_ERRORS.review_task_not_found);
    throw new DomainError(REVIEW_ERRORS.review_task_ended, { extra: whoAndWhen(last) });
  }
}
