import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { addPeriod } from '../../kernel/period.js';
import { Transactor } from '../../platform/database/transactor.js';
import { AuditService } from '../audit/audit.service.js';
import { ReviewConfig } from './review.config.js';
import { REVIEW_ERRORS } from './review.errors.js';
import { REVIEW_EVENTS } from './review.events.js';
import { ReviewStore } from './review.store.js';
import { TaskViewersStore } from './task-viewers.store.js';

const BATCH = 1_000;

/** Who is here (console, C19) and who looked at what (C12): an open page says so every few seconds, or it is gone. */
@Injectable()
export class WatchTasksService {
  constructor(
    private readonly transactor: Transactor,
    private readonly tasks: ReviewStore,
    private readonly audit: AuditService,
    private readonly viewers: TaskViewersStore,
    private readonly config: ReviewConfig,
    private readonly clock: Clock,
  ) {}

  /** @returns the others who have it open */
  async see(taskId: string, staffId: string): Promise<string[]> {
    const now = this.clock.now();
    return this.transactor.run(async (tx) => {
      await this.viewers.see(tx, taskId, staffId, addPeriod(now, this.config.viewerExpiry));
      const here = await this.viewers.of(tx, [taskId], now);
      return (here.get(taskId) ?? []).filter((id) => id !== staffId);
    });
  }

  leave(taskId: string, staffId: string): Promise<void> {
    return this.transactor.run((tx) => this.viewers.leave(tx, taskId, staffId));
  }

  /** For the audit log alone: a look changes nothing, and who looked is nobody else's business. */
  async noteReveal(taskId: string, item: string, actor: Actor): Promise<void> {
    await this.transactor.run(async (tx) => {
      const task = await this.tasks.find(tx, taskId);
      if (task === undefined) throw new DomainError(REVIEW_ERRORS.review_task_not_found);
      await this.audit.record(tx, {
        type: REVIEW_EVENTS.evidenceRevealed,
        actor,
        accountId: task.accountId ?? undefined,
        target: { kind: 'review_task', id: taskId },
        clauses: [],
        data: { item, kind: task.kind, subjectId: task.subjectId },
      });
    });
  }

  forgetGone(): Promise<number> {
    return this.transactor.run((tx) => this.viewers.forget(tx, this.clock.now(), BATCH));
  }
}
