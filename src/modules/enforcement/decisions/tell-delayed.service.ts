import { Injectable } from '@nestjs/common';
import { Clock } from '../../../kernel/clock.js';
import { Transactor } from '../../../platform/database/transactor.js';
import { DecisionsStore } from './decisions.store.js';
import { NotifySubjectService } from './notify-subject.service.js';

/** Silence has an end: notices that were delayed or withheld fall due. */
@Injectable()
export class TellDelayedService {
  constructor(
    private readonly transactor: Transactor,
    private readonly decisions: DecisionsStore,
    private readonly notices: NotifySubjectService,
    private readonly clock: Clock,
  ) {}

  runBatch(limit: number): Promise<number> {
    return this.transactor.run(async (tx) => {
      const due = await this.decisions.claimUntold(tx, this.clock.now(), limit);
      for (const decision of due) await this.notices.tell(tx, decision);
      return due.length;
    });
  }
}
