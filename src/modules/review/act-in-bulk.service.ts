import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError, type ErrorDefinition, isDomainError } from '../../kernel/domain-error.js';
import { Transactor } from '../../platform/database/transactor.js';
import type { Worker } from './domain/allowed-actions.js';
import { ReviewConfig } from './review.config.js';
import type { BulkOutcomeDto, BulkTasksDto, SeenTaskDto } from './review-bulk.dto.js';
import type { RefusalDto } from './review.dto.js';
import { REVIEW_ERRORS } from './review.errors.js';
import { ReviewQueueStore } from './review-queue.store.js';
import type { ReviewTask } from './review-task.record.js';
import { filterOf, queueOf } from './task-filter.js';
import { WorkTasksService } from './work-tasks.service.js';

export interface BulkResult {
  readonly asOf: Date;
  readonly matching: number;
  readonly countBound: number;
  readonly limit: number;
  readonly outcomes: BulkOutcomeDto[];
}

interface Selection {
  readonly tasks: readonly ReviewTask[];
  readonly matching: number;
  /** As its reader saw it; of a filter, as it was selected. */
  readonly versionOf: (task: ReviewTask) => number;
}

/** Housekeeping for many tasks at once (console, C16, C17): scope and limit are told first, each outcome after. */
@Injectable()
export class ActInBulkService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: ReviewQueueStore,
    private readonly work: WorkTasksService,
    private readonly config: ReviewConfig,
    private readonly clock: Clock,
  ) {}

  async act(order: BulkTasksDto, by: Worker): Promise<BulkResult> {
    const asOf = order.asOf === undefined ? this.clock.now() : new Date(order.asOf);
    const { tasks, matching, versionOf } = await this.select(order, by, asOf);
    // What the action needs is asked for when it is meant; a dry run is asked before it is typed.
    if (!order.dryRun) complete(order);
    const outcomes: BulkOutcomeDto[] = [];
    for (const task of tasks) outcomes.push(await this.one(order, task, versionOf(task), by));
    const { countBound, bulkLimit: limit } = this.config;
    return { asOf, matching, countBound, limit, outcomes };
  }

  private async select(order: BulkTasksDto, by: Worker, asOf: Date): Promise<Selection> {
    const { reader } = this.transactor;
    const { tasks: named, filter } = order;
    if ((named === undefined) === (filter === undefined)) throw new DomainError(REVIEW_ERRORS.review_selection_invalid);
    if (named !== undefined) return this.named(named);
    const what = queueOf(by, { ...filterOf(filter ?? {}, by), createdBy: asOf });
    const now = this.clock.now();
    const found = await this.store.list(reader, what, { order: 'due', limit: this.config.bulkLimit }, now);
    const matching = await this.store.count(reader, what, this.config.countBound, now);
    return { tasks: found.slice(0, this.config.bulkLimit), matching, versionOf: (task) => task.version };
  }

  private async named(seen: readonly SeenTaskDto[]): Promise<Selection> {
    const versions = new Map(seen.map(({ id, version }) => [id, version]));
    const found = await this.store.findMany(
      this.transactor.reader,
      [...versions.keys()].slice(0, this.config.bulkLimit),
    );
    const order = [...versions.keys()];
    const tasks = found.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
    return { tasks, matching: found.length, versionOf: (task) => versions.get(task.id) ?? task.version };
  }

  private async one(order: BulkTasksDto, task: ReviewTask, version: number, by: Worker): Promise<BulkOutcomeDto> {
    const about = { id: task.id, kind: task.kind };
    try {
      if (order.dryRun) this.work.mustAllow(order.action, task, by);
      else await this.carryOut(order, task.id, version, by);
      return { ...about, outcome: order.dryRun ? 'would_be_done' : 'done', refusal: null };
    } catch (error) {
      if (!isDomainError(error)) throw error;
      return { ...about, outcome: 'refused', refusal: told(error.definition) };
    }
  }

  private carryOut(order: BulkTasksDto, id: string, version: number, by: Worker): Promise<ReviewTask> {
    switch (order.action) {
      case 'release':
        return this.work.release(id, version, by);
      case 'escalate':
        return this.work.escalate(id, version, order.reason ?? '', by);
      case 'assign':
        return this.work.assign(id, version, order.assignee ?? '', by);
      case 'snooze':
        return this.work.snooze(id, version, new Date(order.until ?? ''), by);
    }
  }
}

function complete({ action, reason, assignee, until }: BulkTasksDto): void {
  const needed = { release: 'nothing', escalate: reason, assign: assignee, snooze: until }[action];
  if (needed === undefined || needed.trim() === '') throw new DomainError(REVIEW_ERRORS.review_selection_invalid);
}

const told = ({ code, en, zh }: ErrorDefinition): RefusalDto => ({ code, en, zh });
