import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactor.js';
import { JobHandler } from '../../platform/queues/job-handler.js';
import { defineJob, type JobPayload } from '../../platform/queues/job-options.js';
import { type JobClaim, type JobSource, JobSources } from '../../platform/queues/job-sources.js';
import { Sweep } from '../../platform/sweeps/sweep.js';
import { BudgetService } from './budget.service.js';
import { SendCodesService } from './send-codes.service.js';
import { VerificationService } from './verification.service.js';

const SEND_CODES = defineJob({ name: 'send-codes', concurrency: 8 });

/** Codes that wait in their rows become jobs; a job carries their ids and nothing else (row 4). */
@Injectable()
export class SendCodesProcessor implements JobSource, OnModuleInit {
  readonly job = SEND_CODES.name;

  constructor(
    private readonly sources: JobSources,
    private readonly sending: SendCodesService,
    private readonly codes: VerificationService,
    private readonly budget: BudgetService,
  ) {}

  onModuleInit(): void {
    this.sources.register(this);
  }

  claim(tx: Tx, now: Date, until: Date, limit: number): Promise<JobClaim[]> {
    return this.sending.claim(tx, now, until, limit);
  }

  isDue(tx: Tx, now: Date, claimedToo: boolean): Promise<boolean> {
    return this.sending.isDue(tx, now, claimedToo);
  }

  @JobHandler('send-codes')
  send({ ids }: JobPayload): Promise<void> {
    return this.sending.send(ids);
  }

  @Sweep({ name: 'codes.forget', every: 'PT10M' })
  forget(): Promise<number> {
    return this.codes.forgetFinished();
  }

  @Sweep({ name: 'codes.watch_budget', every: 'PT15S' })
  async watchBudget(): Promise<number> {
    await this.budget.recount();
    return 0;
  }
}
