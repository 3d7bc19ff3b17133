import { Injectable } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import type { Tx } from '../../platform/database/transactor.js';
import { isLive, reviewTaskLifecycle, stateAt } from './domain/review-task-lifecycle.js';
import { ReviewJournal } from './review-journal.js';
import { REVIEW_ERRORS } from './review.errors.js';
import { REVIEW_EVENTS } from './review.events.js';
import { type ReviewTask, ReviewStore, whoAndWhen } from './review.store.js';

export type { ReviewTask } from './review.store.js';

/** What a task is about: at most one live task of a kind for one subject. */
export interface ReviewSubject {
  readonly kind: string;
  readonly subjectId: string;
}

export interface NewReviewTask extends ReviewSubject {
  readonly accountId?: string | undefined;
  readonly dueAt: Date;
  /** The due time leaves the published working-day calendar. */
  readonly provisionalDue?: boolean;
  /** 0 (any time) to 100 (at once); 50 when absent. */
  readonly priority?: number;
  /** Staff who may not take it: reporter, proposer, decider of what is appealed. */
  readonly conflictIds?: readonly string[];
  /** Who may take it; moderators of both grades when absent. */
  readonly roles?: readonly string[];
  /** Ids and codes that name the work to a person; never personal data. */
  readonly refs?: Readonly<Record<string, unknown>>;
  readonly actor?: Actor;
}

const ANY_MODERATOR = ['moderator', 'senior_moderator'];

/** The door for modules that have work for a person. What a person does in the queue itself is `WorkTasksService`. */
@Injectable()
export class ReviewService {
  constructor(
    private readonly store: ReviewStore,
    private readonly journal: ReviewJournal,
    private readonly clock: Clock,
  ) {}

  /** Opens a task, or returns the live one that this subject has already. */
  async open(tx: Tx, what: NewReviewTask): Promise<ReviewTask> {
    const now = this.clock.now();
    const actor = what.actor ?? SYSTEM;
    const task: ReviewTask = {
      id: newId(),
      accountId: what.accountId ?? null,
      kind: what.kind,
      subjectId: what.subjectId,
      state: 'open',
      version: 1,
      priority: what.priority ?? 50,
      dueAt: what.dueAt,
      provisionalDue: what.provisionalDue ?? false,
      roles: what.roles ?? ANY_MODERATOR,
      conflictIds: what.conflictIds ?? [],
      refs: what.refs ?? {},
      assignee: null,
      claimedAt: null,
      leaseUntil: null,
      reservedFor: null,
      snoozedUntil: null,
      escalatedAt: null,
      escalatedBy: null,
      escalationReason: null,
      changedBy: actor.id,
      change: 'opened',
      createdAt: now,
      updatedAt: now,
      endedAt: null,
    };
    if (await this.store.insert(tx, task)) {
      const data = { dueAt: task.dueAt.toISOString(), priority: task.priority };
      await this.journal.note(tx, REVIEW_EVENTS.opened, task, actor, data);
      return task;
    }
    const live = await this.store.lockLive(tx, what.subjectId, what.kind);
    // Between our insert and this look the other one may have ended: then this is a new piece of work.
    return live ?? this.open(tx, what);
  }

  /** The live task of a subject, locked. */
  liveOf(tx: Tx, subject: ReviewSubject): Promise<ReviewTask | undefined> {
    return this.store.lockLive(tx, subject.subjectId, subject.kind);
  }

  /**
   * The guard of every decision: this person holds the claim, now, and is no part of the matter.
   * @throws DomainError review_task_not_found, review_claim_required, review_task_taken, conflict_of_interest
   */
  async requireClaim(tx: Tx, subject: ReviewSubject, by: Pick<Actor, 'id'>): Promise<ReviewTask> {
    const task = await this.store.lockLive(tx, subject.subjectId, subject.kind);
    if (task === undefined) throw new DomainError(REVIEW_ERRORS.review_task_not_found);
    this.refuseUnlessHeld(task, by.id);
    return task;
  }

  /** Ends a task by its holder: called in the transaction of the decision (invariant 10). */
  async complete(tx: Tx, taskId: string, by: Actor): Promise<ReviewTask> {
    const task = await this.store.lock(tx, taskId);
    if (task === undefined) throw new DomainError(REVIEW_ERRORS.review_task_not_found);
    if (!isLive(task.state)) throw new DomainError(REVIEW_ERRORS.review_task_ended, { extra: whoAndWhen(task) });
    this.refuseUnlessHeld(task, by.id);
    return this.end(tx, task, 'done', by);
  }

  /** `requireClaim` and `complete` in one, by what the task is about. */
  async finish(tx: Tx, subject: ReviewSubject, by: Actor): Promise<ReviewTask> {
    const task = await this.requireClaim(tx, subject, by);
    return this.end(tx, task, 'done', by);
  }

  /** The work is no longer needed. @returns how many tasks ended */
  async cancelBySubject(tx: Tx, subjectId: string, options: { kind?: string; actor?: Actor } = {}): Promise<number> {
    const live = await this.store.lockLiveOfSubject(tx, subjectId);
    const ending = live.filter((task) => options.kind === undefined || task.kind === options.kind);
    for (const task of ending) await this.end(tx, task, 'cancelled', options.actor ?? SYSTEM);
    return ending.length;
  }

  /** Facts that came later: who may not take it any more, a nearer due time, a higher priority. Never loosens any. */
  async tighten(
    tx: Tx,
    subject: ReviewSubject,
    change: { conflictIds?: readonly string[]; priority?: number; dueAt?: Date; actor?: Actor },
  ): Promise<void> {
    const task = await this.store.lockLive(tx, subject.subjectId, subject.kind);
    if (task === undefined) return;
    const conflictIds = [...new Set([...task.conflictIds, ...(change.conflictIds ?? [])])];
    const priority = Math.max(task.priority, change.priority ?? 0);
    const dueAt = change.dueAt !== undefined && change.dueAt < task.dueAt ? change.dueAt : task.dueAt;
    if (conflictIds.length === task.conflictIds.length && priority === task.priority && dueAt === task.dueAt) return;
    const loses = (id: string | null): boolean => id !== null && conflictIds.includes(id);
    const released = loses(task.assignee)
      ? { state: 'open' as const, assignee: null, claimedAt: null, leaseUntil: null, snoozedUntil: null }
      : {};
    const reservedFor = loses(task.reservedFor) ? null : task.reservedFor;
    const next = { ...task, conflictIds, priority, dueAt, reservedFor, ...released };
    await this.store.save(tx, next, (change.actor ?? SYSTEM).id, 'tightened', this.clock.now());
  }

  private refuseUnlessHeld(task: ReviewTask, by: string): void {
    if (task.conflictIds.includes(by)) throw new DomainError(REVIEW_ERRORS.conflict_of_interest);
    const claimed = stateAt(task, this.clock.now()) === 'claimed';
    if (!claimed) throw new DomainError(REVIEW_ERRORS.review_claim_required, { extra: { taskId: task.id } });
    if (task.assignee !== by) throw new DomainError(REVIEW_ERRORS.review_task_taken, { extra: whoAndWhen(task) });
  }

  private async end(tx: Tx, task: ReviewTask, end: 'done' | 'cancelled', by: Actor): Promise<ReviewTask> {
    reviewTaskLifecycle.move(task.state, end === 'done' ? 'complete' : 'cancel');
    const now = this.clock.now();
    const change = end === 'done' ? 'completed' : 'cancelled';
    const next = { ...task, state: end, leaseUntil: null, snoozedUntil: null, reservedFor: null, endedAt: now };
    const ended = await this.store.save(tx, next, by.id, change, now);
    if (ended === undefined) throw new DomainError(REVIEW_ERRORS.review_task_ended);
    await this.journal.note(tx, REVIEW_EVENTS[change], ended, by, {});
    return ended;
  }
}
