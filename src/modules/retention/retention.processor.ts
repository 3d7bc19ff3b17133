import { Injectable } from '@nestjs/common';
import { Sweep } from '../../platform/sweeps/sweep.js';
import { DeferredUnits } from './deferred-units.js';
import { ErasureReplay } from './erasure-replay.js';
import { LedgerKeeper } from './ledger-keeper.js';
import { RetentionRuns } from './retention-runs.js';
import { RunWorker } from './run-worker.js';

/** What retention does by itself. A database that is older than the erasure ledger does none of it before the replay. */
@Injectable()
export class RetentionProcessor {
  constructor(
    private readonly runs: RetentionRuns,
    private readonly worker: RunWorker,
    private readonly deferred: DeferredUnits,
    private readonly ledger: LedgerKeeper,
    private readonly replay: ErasureReplay,
  ) {}

  @Sweep({ name: 'retention.append-ledger', every: 'PT5S' })
  async appendLedger(): Promise<number> {
    return this.ledger.flush();
  }

  @Sweep({ name: 'retention.check-ledger', every: 'PT1H' })
  async checkLedger(): Promise<number> {
    await this.replay.look();
    return 0;
  }

  @Sweep({ name: 'retention.finish-deferred', every: 'PT2S' })
  async finishDeferred(): Promise<number> {
    return (await this.isBehind()) ? 0 : this.deferred.workDue();
  }

  @Sweep({ name: 'retention.schedule-run', every: 'PT1M' })
  async scheduleRun(): Promise<number> {
    if (await this.isBehind()) return 0;
    await this.runs.requestScheduled();
    return 0;
  }

  @Sweep({ name: 'retention.work-runs', every: 'PT2S' })
  async workRuns(): Promise<number> {
    if (await this.isBehind()) return 0;
    return (await this.worker.work()) === undefined ? 0 : 1;
  }

  private async isBehind(): Promise<boolean> {
    return (await this.replay.lookAgain()) > 0;
  }
}
