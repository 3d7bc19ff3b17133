import { Injectable } from '@nestjs/common';
import { SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import type { Worker } from './domain/allowed-actions.js';
import { reviewTaskLifecycle } from './domain/review-task-lifecycle.js';
import { mustHandUp, SKIPPED_BY_SEVERAL, type SkipReason } from './domain/skips.js';
import { ReviewJournal } from './review-journal.js';
import { ReviewConfig } from './review.config.js';
import { REVIEW_EVENTS } from './review.events.js';
import { ReviewStore } from './review.store.js';
import { handedUp, type ReviewTask, UNCLAIMED } from './review-task.record.js';
import { TaskSkipsStore } from './task-skips.store.js';
import { actorOfWorker, WorkTasksService } from './work-tasks.service.js';

/** "Not this one, for me" (console, C20): remembered for the person and not for the window, until it is another matter. */
@Injectable()
export class SkipTasksService {
  constructor(
    private readonly transactor: Transactor,
    private readonly work: WorkTasksService,
    private readonly store: ReviewStore,
    private readonly skips: TaskSkipsStore,
    private readonly journal: ReviewJournal,
    private readonly clock: Clock,
    private readonly config: ReviewConfig,
  ) {}

  /** Gives it back, if they hold it, and never deals it to them again. Said twice, it is said once. */
  skip(id: string, reason: SkipReason | undefined, by: Worker): Promise<ReviewTask> {
    return this.transactor.run(async (tx) => {
      const task = await this.work.mustLock(tx, id);
      this.work.mustAllow('skip', task, by);
      const now = this.clock.now();
      const news = await this.skips.put(tx, id, by.id, reason ?? null, now);
      const freed = this.freed(task, by);
      if (!news && freed === task) return task;
      const skippers = await this.skips.countInForce(tx, id);
      const state = this.work.factsOf(freed).state;
      if (mustHandUp({ ...freed, state }, skippers, this.config.skipsToHandUp))
        return this.handUp(tx, freed, reason, skippers, by);
      const saved = freed === task ? task : await this.store.saveLocked(tx, freed, by.id, 'skipped', now);
      await this.note(tx, saved, reason, by);
      return saved;
    });
  }

  /** Theirs no more: neither held nor kept for them, or nobody would ever get it. The task itself where it was not theirs. */
  private freed(task: ReviewTask, by: Worker): ReviewTask {
    const reservedFor = task.reservedFor === by.id ? null : task.reservedFor;
    if (this.work.factsOf(task).state === 'claimed' && task.assignee === by.id)
      return { ...task, ...UNCLAIMED, reservedFor, state: reviewTaskLifecycle.move('claimed', 'release') };
    return reservedFor === task.reservedFor ? task : { ...task, reservedFor };
  }

  private async handUp(
    tx: Tx,
    task: ReviewTask,
    reason: SkipReason | undefined,
    skippers: number,
    by: Worker,
  ): Promise<ReviewTask> {
    const now = this.clock.now();
    const up = handedUp(task, this.config.escalationBoost, { by: SYSTEM.id, reason: SKIPPED_BY_SEVERAL, now });
    const state = reviewTaskLifecycle.move('open', 'escalate');
    const saved = await this.store.saveLocked(tx, { ...up, state }, SYSTEM.id, 'escalated', now);
    await this.note(tx, saved, reason, by);
    await this.journal.note(tx, REVIEW_EVENTS.escalated, saved, SYSTEM, { reason: SKIPPED_BY_SEVERAL, skippers });
    return saved;
  }

  private note(tx: Tx, task: ReviewTask, reason: SkipReason | undefined, by: Worker): Promise<void> {
    const data = reason === undefined ? {} : { reason };
    return this.journal.note(tx, REVIEW_EVENTS.skipped, task, actorOfWorker(by), data);
  }
}
