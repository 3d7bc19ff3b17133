import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { addPeriod, periodMs } from '../../kernel/period.js';
import { Clock } from '../../kernel/clock.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { failureCode } from '../../platform/queues/failure-code.js';
import { JobHandler } from '../../platform/queues/job-handler.js';
import { defineJob, type JobPayload } from '../../platform/queues/job-options.js';
import { type JobClaim, type JobSource, JobSources } from '../../platform/queues/job-sources.js';
import { Sweep, type SweepRun } from '../../platform/sweeps/sweep.js';
import { DeregistrationConfig } from './deregistration.config.js';
import { DeregistrationService } from './deregistration.service.js';
import { DueDates } from './due-dates.service.js';
import { RunDueService } from './run-due.service.js';

const RUN_DEREGISTRATIONS = defineJob({ name: 'run-deregistrations', concurrency: 4 });
const BATCH = 100;

/** Due requests become jobs; a job is only the message that a row is due, and may come twice, late or never. */
@Injectable()
export class DeregistrationProcessor implements JobSource, OnModuleInit {
  readonly job = RUN_DEREGISTRATIONS.name;
  private readonly log = new Logger('RunDeregistrations');

  constructor(
    private readonly sources: JobSources,
    private readonly requests: DeregistrationService,
    private readonly due: RunDueService,
    private readonly dueDates: DueDates,
    private readonly transactor: Transactor,
    private readonly config: DeregistrationConfig,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.sources.register(this);
  }

  async claim(tx: Tx, now: Date, until: Date, limit: number): Promise<JobClaim[]> {
    // A worker that dies gives the request back after the unit's lease, when its unit can be taken over too.
    const lease = addPeriod(now, this.config.unitLease);
    const claimed = await this.requests.takeDue(tx, now, until < lease ? until : lease, limit);
    return claimed.map(({ id, claims }) => ({ rowIds: [id], claim: claims }));
  }

  isDue(tx: Tx, now: Date, claimedToo: boolean): Promise<boolean> {
    return this.requests.isDue(tx, now, claimedToo);
  }

  @JobHandler('run-deregistrations')
  async run({ ids }: JobPayload): Promise<void> {
    for (const id of ids) {
      try {
        await this.due.run(id);
      } catch (error) {
        // The row says when it is tried again: this request waits, the others never notice (R30).
        this.log.error(`deregistration ${id} did not go on: ${failureCode(error)}`);
        const again = new Date(this.clock.now().getTime() + periodMs(this.config.retryBase));
        await this.transactor.run((tx) => this.requests.lookAgain(tx, id, again));
      } finally {
        await this.requests.letGo(this.transactor.reader, id);
      }
    }
  }

  /** Due dates that left the published calendar become firm when its next edition is installed (R39). */
  @Sweep({ name: 'deregistration.recompute-due-dates', every: 'PT1H' })
  recompute(_run: SweepRun): Promise<number> {
    return this.dueDates.recomputeProvisional(BATCH);
  }

  @Sweep({ name: 'deregistration.drop-expired-addresses', every: 'PT10M' })
  dropAddresses(_run: SweepRun): Promise<number> {
    return this.transactor.run((tx) => this.requests.dropExpiredAddresses(tx, BATCH));
  }
}
