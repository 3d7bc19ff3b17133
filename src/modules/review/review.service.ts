import { Injectable } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { AuditService } from '../audit/audit.service.js';
import { isHeld } from './domain/allowed-actions.js';
import { reviewTaskLifecycle } from './domain/review-task-lifecycle.js';
import { REVIEW_ERRORS } from './review.errors.js';
import { REVIEW_EVENTS } from './review.events.js';
import type { ReviewTaskRow } from './review-task.entity.js';
import { ReviewTasksStore, type TaskChange } from './review-tasks.store.js';

export interface NewTask {
  /** What kind of work: the queue. */
  readonly kind: string;
  /** Id of what is to be examined; one live task per kind and subject. */
  readonly subjectId: string;
  readonly accountId?: string | undefined;
  readonly dueAt: Date;
  /** The due date lies beyond the published working-day calendar. */
  readonly provisionalDue?: boolean;
  /** 0 ordinary, higher first. */
  readonly priority?: number;
  /** Staff who have a part in the matter and must not handle it (invariant 9). */
  readonly conflictIds?: readonly string[];
  /** Codes and ids that the list shows; never personal data. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

export interface TaskRef {
  readonly kind: string;
  readonly subjectId: string;
}

/** Other modules' door: put work into the queue, ask whether somebody holds it, end it. */
@Injectable()
export class ReviewService {
  constructor(
    private readonly store: ReviewTasksStore,
    private readonly audit: AuditService,
    private readonly outbox: OutboxService,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** Opens a task; where the subject has a live one of that kind, that one is returned (idempotent). */
  async open(tx: Tx, task: NewTask): Promise<string> {
    const present = await this.store.lockLive(tx, task.kind, task.subjectId);
    if (present !== undefined) return present.id;
    const created: ReviewTaskRow = {
      id: newId(),
      kind: task.kind,
      subjectId: task.subjectId,
      accountId: task.accountId ?? null,
      state: 'open',
      priority: task.priority ?? 0,
      dueAt: task.dueAt,
      provisionalDue: task.provisionalDue ?? false,
      facts: { ...task.facts },
      excluded: [...(task.conflictIds ?? [])],
      assignee: null,
      holder: null,
      leaseUntil: null,
      snoozedUntil: null,
      escalatedAt: null,
      escalation: null,
      outcome: null,
      endedBy: null,
      endedAt: null,
      version: 1,
      createdAt: this.clock.now(),
    };
    await this.store.insert(tx, created);
    await this.note(tx, created, REVIEW_EVENTS.opened, SYSTEM);
    return created.id;
  }

  /**
   * Refuses unless `staffId` holds the live task of this subject: asked by every decision, in its transaction.
   * @throws DomainError task_not_found, task_ended, task_not_held (with who holds it), conflict_of_interest
   */
  async requireClaim(tx: Tx, ref: TaskRef, staffId: string): Promise<ReviewTaskRow> {
    const task = await this.mustLock(tx, ref);
    if (task.excluded.includes(staffId)) throw new DomainError(REVIEW_ERRORS.conflict_of_interest);
    if (!isHeld(task, this.clock.now()) || task.holder !== staffId) {
      throw new DomainError(REVIEW_ERRORS.task_not_held, { extra: { taskId: task.id, holder: task.holder } });
    }
    return task;
  }

  /** `requireClaim`, then done: the decision and the end of its task commit together. */
  async complete(tx: Tx, ref: TaskRef, actor: Actor, outcome: string): Promise<void> {
    const task = await this.requireClaim(tx, ref, actor.id);
    await this.end(tx, task, 'complete', actor, outcome);
  }

  /** Takes the task out of the queue, held or not: its subject no longer needs it. Nothing to cancel is fine. */
  async cancel(tx: Tx, ref: TaskRef, actor: Actor, reason: string): Promise<void> {
    const task = await this.store.lockLive(tx, ref.kind, ref.subjectId);
    if (task !== undefined) await this.end(tx, task, 'cancel', actor, reason);
  }

  /** A due date that became certain, or moved. */
  async reschedule(tx: Tx, ref: TaskRef, dueAt: Date, provisionalDue: boolean): Promise<void> {
    const task = await this.store.lockLive(tx, ref.kind, ref.subjectId);
    if (task !== undefined) await this.save(tx, task, { dueAt, provisionalDue });
  }

  async raise(tx: Tx, ref: TaskRef, priority: number): Promise<void> {
    const task = await this.store.lockLive(tx, ref.kind, ref.subjectId);
    if (task !== undefined && task.priority < priority) await this.save(tx, task, { priority });
  }

  /** From now on these people may not handle the matter; what one of them holds goes back to the queue. */
  exclude(tx: Tx, ref: TaskRef, staffIds: readonly string[]): Promise<void> {
    return this.store.exclude(tx, ref.kind, ref.subjectId, staffIds);
  }

  findBySubject(tx: Tx, ref: TaskRef): Promise<ReviewTaskRow | undefined> {
    return this.store.findBySubject(tx, ref.kind, ref.subjectId);
  }

  forgetAccount(tx: Tx, accountId: string): Promise<number> {
    return this.store.forgetAccount(tx, accountId);
  }

  private async mustLock(tx: Tx, ref: TaskRef): Promise<ReviewTaskRow> {
    const live = await this.store.lockLive(tx, ref.kind, ref.subjectId);
    if (live !== undefined) return live;
    const ended = await this.store.findBySubject(tx, ref.kind, ref.subjectId);
    if (ended === undefined) throw new DomainError(REVIEW_ERRORS.task_not_found);
    const { state, endedBy, endedAt, outcome } = ended;
    throw new DomainError(REVIEW_ERRORS.task_ended, { extra: { state, endedBy, endedAt, outcome } });
  }

  private async end(
    tx: Tx,
    task: ReviewTaskRow,
    command: 'complete' | 'cancel',
    actor: Actor,
    outcome: string,
  ): Promise<void> {
    const state = reviewTaskLifecycle.move(task.state, command);
    await this.save(tx, task, {
      state,
      outcome,
      endedBy: actor.id,
      endedAt: this.clock.now(),
      holder: null,
      leaseUntil: null,
      snoozedUntil: null,
    });
    await this.note(tx, task, command === 'complete' ? REVIEW_EVENTS.completed : REVIEW_EVENTS.cancelled, actor, {
      outcome,
    });
  }

  /** @throws DomainError stale_version */
  async save(tx: Tx, task: ReviewTaskRow, change: TaskChange): Promise<ReviewTaskRow> {
    if (!(await this.store.change(tx, task, change))) throw new DomainError(HTTP_ERRORS.stale_version);
    return { ...task, ...change, version: task.version + 1 };
  }

  /** Audit and event of one step of a task. */
  async note(
    tx: Tx,
    task: ReviewTaskRow,
    type: string,
    actor: Actor,
    data: Record<string, unknown> = {},
  ): Promise<void> {
    const { id: taskId, kind, subjectId, accountId } = task;
    await this.audit.record(tx, {
      type,
      actor,
      accountId: accountId ?? undefined,
      target: { kind: 'review_task', id: taskId },
      clauses: [],
      data: { kind, subjectId, ...data },
    });
    await this.outbox.publish(tx, {
      type,
      subjectId: taskId,
      ...(accountId === null ? {} : { accountId }),
      data: { taskId, kind, subjectId, ...data },
    });
  }
}
