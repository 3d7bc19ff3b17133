import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { addPeriod } from '../../kernel/period.js';
import { Transactor } from '../../platform/database/transactor.js';
import { ReviewConfig } from './review.config.js';
import { TaskViewersStore } from './task-viewers.store.js';

const BATCH = 1_000;

/** Who is here (console, C19): an open page says so every few seconds; who stops saying so is gone. */
@Injectable()
export class WatchTasksService {
  constructor(
    private readonly transactor: Transactor,
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

  forgetGone(): Promise<number> {
    return this.transactor.run((tx) => this.viewers.forget(tx, this.clock.now(), BATCH));
  }
}
