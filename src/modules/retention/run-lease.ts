import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { addPeriod } from '../../kernel/period.js';
import type { Tx } from '../../platform/database/transactor.js';
import { RetentionConfig } from './retention.config.js';
import { type RunRow, RunStore } from './run.store.js';

/** The run was paused, cancelled or taken over by another worker: stop without a word. */
export class RunLost extends Error {}

/** How long a claimed run belongs to one worker; renewed with every batch, in the batch's own transaction. */
@Injectable()
export class RunLease {
  constructor(
    private readonly runs: RunStore,
    private readonly config: RetentionConfig,
    private readonly clock: Clock,
  ) {}

  /** When a lease that is taken or renewed now runs out. */
  end(): Date {
    return addPeriod(this.clock.now(), this.config.runLease);
  }

  /** @throws RunLost when the run is no longer this worker's, or no longer to be worked */
  async renew(tx: Tx, run: RunRow): Promise<void> {
    if (!(await this.runs.renew(tx, run.id, run.fence, this.end()))) throw new RunLost();
  }
}
