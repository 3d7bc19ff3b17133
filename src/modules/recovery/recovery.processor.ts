import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { subtractPeriod } from '../../kernel/period.js';
import { Sweep } from '../../platform/sweeps/sweep.js';
import { EvidenceFileCheck } from './evidence-file-check.js';
import { SettleChangesService } from './settle-changes.service.js';

const BATCH = 100;

/** Changes whose time has come, one transaction each; files that nobody refers to. */
@Injectable()
export class RecoveryProcessor {
  constructor(
    private readonly changes: SettleChangesService,
    private readonly evidence: EvidenceFileCheck,
    private readonly clock: Clock,
  ) {}

  @Sweep({ name: 'identifier-changes.settle', every: 'PT1S' })
  settleChanges(): Promise<number> {
    return this.changes.settleDue(BATCH);
  }

  @Sweep({ name: 'recovery-evidence.remove-orphans', every: 'PT1H' })
  removeOrphans(): Promise<number> {
    return this.evidence.removeOrphans(subtractPeriod(this.clock.now(), 'PT1H'));
  }

  @Sweep({ name: 'recovery-evidence.find-missing', every: 'PT1H' })
  findMissing(): Promise<number> {
    return this.evidence.findMissing(BATCH);
  }
}
