import { Injectable } from '@nestjs/common';
import { SYSTEM } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { Transactor } from '../../../platform/database/transactor.js';
import { ApplySanctionsService } from './apply-sanctions.service.js';
import { SanctionsStore } from './sanctions.store.js';

/** Writes down what time has done. Standing was right without it; this tells others, once each (architecture rule 5). */
@Injectable()
export class ExpireSanctionsService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: SanctionsStore,
    private readonly applying: ApplySanctionsService,
    private readonly clock: Clock,
  ) {}

  /** One batch; any number of workers at once. @returns how many were due */
  runBatch(limit = 200): Promise<number> {
    return this.transactor.run(async (tx) => {
      const now = this.clock.now();
      const due = await this.store.claimDue(tx, now, limit);
      for (const sanction of due) {
        const active = sanction.state === 'scheduled' ? await this.applying.activate(tx, sanction, SYSTEM) : sanction;
        if (
          active.state === 'active' &&
          active.type !== 'rectification' &&
          active.endsAt !== null &&
          active.endsAt <= now
        ) {
          await this.applying.expire(tx, active);
        }
      }
      return due.length;
    });
  }
}
