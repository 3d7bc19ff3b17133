import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/transactor.js';

/** One job to dispatch: rows claimed for it, and what makes its id. */
export interface JobClaim {
  readonly rowIds: readonly string[];
  /** How often the first row was claimed; part of the job's id. */
  readonly claim: number;
}

/** Rows that are due and become jobs. The rows are the memory; the job is only a message that they are due. */
export interface JobSource {
  readonly job: string;
  /** Claims due rows until `until`, `FOR UPDATE SKIP LOCKED`, at most `limit`. */
  claim(tx: Tx, now: Date, until: Date, limit: number): Promise<JobClaim[]>;
  /** Is a row due and not done? `claimedToo`: also one that a job has already. */
  isDue(tx: Tx, now: Date, claimedToo: boolean): Promise<boolean>;
}

/** Who has rows that become jobs. Modules register theirs in `onModuleInit`. */
@Injectable()
export class JobSources {
  private readonly sources: JobSource[] = [];

  register(source: JobSource): void {
    if (this.sources.some((s) => s.job === source.job)) throw new Error(`job ${source.job} has two sources`);
    this.sources.push(source);
  }

  get all(): readonly JobSource[] {
    return this.sources;
  }
}
