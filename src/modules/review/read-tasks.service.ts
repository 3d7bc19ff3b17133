import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { Transactor } from '../../platform/database/transactor.js';
import { type Page, pageOf } from '../../platform/http/paging.js';
import { allowedActions, type AllowedAction, isLead, type Worker } from './domain/allowed-actions.js';
import { stateAt } from './domain/review-task-lifecycle.js';
import type { SkipReason } from './domain/skips.js';
import { cursorOf, keyOf, placeOf, type QueueOrder } from './queue-orders.js';
import { ReviewConfig } from './review.config.js';
import { REVIEW_ERRORS } from './review.errors.js';
import { type KindStats, ReviewQueueStore } from './review-queue.store.js';
import { ReviewStore } from './review.store.js';
import type { ReviewTask } from './review-task.record.js';
import { queueOf, type TaskFilter } from './task-filter.js';
import { type TaskSkip, TaskSkipsStore } from './task-skips.store.js';
import { TaskViewersStore } from './task-viewers.store.js';

export interface TaskView extends Omit<ReviewTask, 'conflictIds' | 'refs'> {
  readonly refs: Readonly<Record<string, unknown>>;
  readonly overdue: boolean;
  readonly viewers: readonly string[];
  /** They are not dealt it. */
  readonly skippedByYou: boolean;
  /** How many passed it by and why; a lead's business. */
  readonly skips: readonly { readonly reason: SkipReason | null; readonly people: number }[];
  readonly actions: readonly AllowedAction[];
}

export interface QueueStats {
  readonly asOf: Date;
  /** Counts stop here: a count that equals it means "that many or more". */
  readonly countBound: number;
  readonly kinds: readonly KindStats[];
}

@Injectable()
export class ReadTasksService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: ReviewStore,
    private readonly queue: ReviewQueueStore,
    private readonly viewers: TaskViewersStore,
    private readonly skips: TaskSkipsStore,
    private readonly clock: Clock,
    private readonly config: ReviewConfig,
  ) {}

  async get(id: string, reader: Worker): Promise<TaskView> {
    const task = await this.store.find(this.transactor.reader, id);
    if (task === undefined) throw new DomainError(REVIEW_ERRORS.review_task_not_found);
    return this.withOthers(task, reader);
  }

  /** As `reader` sees it, with who else has it open and whether they passed it by. */
  async withOthers(task: ReviewTask, reader: Worker): Promise<TaskView> {
    const [here, skips] = await this.transactor.look((database) =>
      Promise.all([this.viewers.of(database, [task.id], this.clock.now()), this.skips.of(database, task.id)]),
    );
    return this.view(task, reader, here.get(task.id), skips);
  }

  async list(
    filter: TaskFilter,
    page: { limit: number; cursor?: string | undefined; order: QueueOrder },
    reader: Worker,
  ): Promise<Page<TaskView>> {
    const now = this.clock.now();
    const { order, limit } = page;
    const after = placeOf(order, page.cursor);
    const wanted = queueOf(reader, filter);
    // Together: the page waits for one answer and not for two.
    const [found, here] = await this.transactor.look((database) =>
      Promise.all([this.queue.list(database, wanted, { order, after, limit }, now), this.viewers.all(database, now)]),
    );
    const { items, nextCursor } = pageOf(
      found,
      limit,
      (task) => keyOf(order, task),
      ({ skips, ...task }) => this.view(task, reader, here.get(task.id), skips),
    );
    return { items, nextCursor: nextCursor === null ? null : cursorOf(order, nextCursor) };
  }

  async stats(): Promise<QueueStats> {
    const asOf = this.clock.now();
    const { countBound } = this.config;
    return { asOf, countBound, kinds: await this.queue.stats(this.transactor.reader, asOf, countBound) };
  }

  private view(
    task: ReviewTask,
    reader: Worker,
    viewers: readonly string[] = [],
    skips: readonly TaskSkip[] = [],
  ): TaskView {
    const now = this.clock.now();
    const state = stateAt(task, now);
    // Who is part of a matter is nobody else's business; the reader learns it as a reason.
    const { conflictIds, ...shown } = task;
    const held = state === 'claimed' || state === 'done' ? {} : { assignee: null, leaseUntil: null, claimedAt: null };
    return {
      ...shown,
      ...held,
      state,
      // Whoever has it is named as that, and not once more as somebody who looks.
      viewers: viewers.filter((id) => id !== reader.id && !(state === 'claimed' && id === task.assignee)),
      skippedByYou: skips.some(({ staffId, inForce }) => inForce && staffId === reader.id),
      skips: isLead(reader) ? byReason(skips) : [],
      overdue: task.endedAt === null && task.dueAt < now,
      actions: allowedActions({ ...task, conflictIds, state }, reader),
    };
  }
}

/** Nobody by name: who passed what by stands in the audit log alone. */
function byReason(skips: readonly TaskSkip[]): TaskView['skips'] {
  const people = new Map<SkipReason | null, number>();
  for (const { reason } of skips) people.set(reason, (people.get(reason) ?? 0) + 1);
  return [...people].map(([reason, n]) => ({ reason, people: n })).sort((a, b) => b.people - a.people);
}
