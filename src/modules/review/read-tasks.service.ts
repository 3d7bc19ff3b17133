import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { Transactor } from '../../platform/database/transactor.js';
import { decodeCursor, type Page, pageOf } from '../../platform/http/paging.js';
import { allowedActions, type AllowedAction, type Worker } from './domain/allowed-actions.js';
import { stateAt } from './domain/review-task-lifecycle.js';
import { ReviewConfig } from './review.config.js';
import { REVIEW_ERRORS } from './review.errors.js';
import { type KindStats, queueOf, ReviewQueueStore, type TaskFilter } from './review-queue.store.js';
import { ReviewStore } from './review.store.js';
import type { ReviewTask } from './review-task.record.js';
import { TaskViewersStore } from './task-viewers.store.js';

export interface TaskView extends Omit<ReviewTask, 'conflictIds' | 'refs'> {
  readonly refs: Readonly<Record<string, unknown>>;
  readonly overdue: boolean;
  readonly viewers: readonly string[];
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
    private readonly clock: Clock,
    private readonly config: ReviewConfig,
  ) {}

  async get(id: string, reader: Worker): Promise<TaskView> {
    const task = await this.store.find(this.transactor.reader, id);
    if (task === undefined) throw new DomainError(REVIEW_ERRORS.review_task_not_found);
    return this.withViewers(task, reader);
  }

  /** As `reader` sees it, with who else has it open. */
  async withViewers(task: ReviewTask, reader: Worker): Promise<TaskView> {
    const here = await this.viewers.of(this.transactor.reader, [task.id], this.clock.now());
    return this.view(task, reader, here.get(task.id));
  }

  async list(
    filter: TaskFilter,
    page: { limit: number; cursor?: string | undefined },
    reader: Worker,
  ): Promise<Page<TaskView>> {
    const now = this.clock.now();
    const after = decodeCursor(page.cursor);
    const wanted = queueOf(reader, filter);
    // Together: the page waits for one answer and not for two.
    const [found, here] = await this.transactor.look((database) =>
      Promise.all([this.queue.list(database, wanted, after, page.limit, now), this.viewers.all(database, now)]),
    );
    return pageOf(
      found,
      page.limit,
      (task) => [task.dueAt, task.id],
      (task) => this.view(task, reader, here.get(task.id)),
    );
  }

  async stats(): Promise<QueueStats> {
    const asOf = this.clock.now();
    const { countBound } = this.config;
    return { asOf, countBound, kinds: await this.queue.stats(this.transactor.reader, asOf, countBound) };
  }

  private view(task: ReviewTask, reader: Worker, viewers: readonly string[] = []): TaskView {
    const now = this.clock.now();
    const state = stateAt(task, now);
    // Who is part of a matter is nobody else's business; the reader learns it as a reason.
    const { conflictIds, ...shown } = task;
    const held = state === 'claimed' || state === 'done' ? {} : { assignee: null, leaseUntil: null, claimedAt: null };
    return {
      ...shown,
      ...held,
      state,
      viewers: viewers.filter((id) => id !== reader.id),
      overdue: task.endedAt === null && task.dueAt < now,
      actions: allowedActions({ ...task, conflictIds, state }, reader),
    };
  }
}
