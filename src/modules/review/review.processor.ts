import { Injectable } from '@nestjs/common';
import { Sweep } from '../../platform/sweeps/sweep.js';
import { HoldDecisionsService } from './hold-decisions.service.js';
import { WatchTasksService } from './watch-tasks.service.js';

@Injectable()
export class ReviewProcessor {
  constructor(
    private readonly holding: HoldDecisionsService,
    private readonly watching: WatchTasksService,
  ) {}

  @Sweep({ name: 'held_decisions.carry_out', every: 'PT1S' })
  carryOut(): Promise<number> {
    return this.holding.carryOutDue();
  }

  @Sweep({ name: 'task_viewers.forget', every: 'PT1M' })
  forget(): Promise<number> {
    return this.watching.forgetGone();
  }
}
