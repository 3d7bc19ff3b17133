import { Injectable } from '@nestjs/common';
import { SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { subtractPeriod } from '../../kernel/period.js';
import { Transactor } from '../../platform/database/transactor.js';
import { Sweep } from '../../platform/sweeps/sweep.js';
import { IdentifierChangesService } from './identifier-changes.service.js';
import { RecoveryEvidenceService } from './recovery-evidence.service.js';
import { RecoveryStore } from './recovery.store.js';

const BATCH = 100;

/** Changes whose time has come, one transaction each; files that nobody refers to. */
@Injectable()
export class RecoveryProcessor {
  constructor(
    private readonly store: RecoveryStore,
    private readonly changes: IdentifierChangesService,
    private readonly evidence: RecoveryEvidenceService,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  @Sweep({ name: 'identifier-changes.settle', every: 'PT1S' })
  async settleChanges(): Promise<number> {
    const due = await this.store.dueChanges(this.transactor.reader, this.clock.now(), BATCH);
    for (const id of due) await this.changes.settle(id, SYSTEM);
    return due.length;
  }

  @Sweep({ name: 'recovery-evidence.remove-orphans', every: 'PT1H' })
  removeOrphans(): Promise<number> {
    return this.evidence.removeOrphans(subtractPeriod(this.clock.now(), 'PT1H'));
  }
}
