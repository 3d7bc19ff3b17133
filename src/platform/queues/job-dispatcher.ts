import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { addPeriod } from '../../kernel/period.js';
import { Transactor } from '../database/transactor.js';
import { JobQueues } from './job-queues.js';
import { JobRegistry } from './job-registry.js';
import { type JobClaim, type JobSource, JobSources } from './job-sources.js';
import { QueuesConfig } from './queues.config.js';

const CLAIM_LIMIT = 500;

/** Turns due rows into jobs: claim and commit first, then the queue, so that no lock is held over the network. */
@Injectable()
export class JobDispatcher {
  private readonly log = new Logger('Dispatcher');
  private readonly away = new Set<string>();

  constructor(
    private readonly sources: JobSources,
    private readonly queues: JobQueues,
    private readonly registry: JobRegistry,
    private readonly transactor: Transactor,
    private readonly config: QueuesConfig,
    private readonly clock: Clock,
  ) {}

  /** @returns how many rows were handed to the queues */
  async dispatchDue(): Promise<number> {
    let handed = 0;
    for (const source of await this.dueSources(false)) handed += await this.dispatchFrom(source);
    return handed;
  }

  /** Does what is due here and now, without the queues: for tests and the command line. */
  async workDue(): Promise<number> {
    let done = 0;
    for (const source of this.sources.all) {
      for (const { rowIds } of await this.claim(source, CLAIM_LIMIT)) {
        await this.registry.handlerOf(source.job)({ ids: rowIds });
        done += rowIds.length;
      }
    }
    return done;
  }

  /** Names of the jobs that have something due that is not done, claimed or not. */
  async busyWith(): Promise<string[]> {
    return (await this.dueSources(true)).map(({ job }) => job);
  }

  /** All are asked in one round trip, for most of the time none has anything. */
  private async dueSources(claimedToo: boolean): Promise<JobSource[]> {
    const now = this.clock.now();
    const { all } = this.sources;
    const due = await this.transactor.look((reader) =>
      Promise.all(all.map((source) => source.isDue(reader, now, claimedToo))),
    );
    return all.filter((_, i) => due[i]);
  }

  private async dispatchFrom(source: JobSource): Promise<number> {
    try {
      // Asked before claiming: while the queue's store is away, rows stay free instead of waiting out a lease.
      const room = await this.queues.room(source.job);
      if (room === 0) return 0;
      const claims = await this.claim(source, Math.min(room, CLAIM_LIMIT));
      await this.queues.dispatch(source.job, claims);
      if (this.away.delete(source.job)) this.log.log(`queue ${source.job} is back`);
      return claims.reduce((sum, claim) => sum + claim.rowIds.length, 0);
    } catch (error) {
      if (!this.away.has(source.job)) this.log.error(`queue ${source.job} is away: ${(error as Error).message}`);
      this.away.add(source.job);
      return 0;
    }
  }

  private claim(source: JobSource, limit: number): Promise<JobClaim[]> {
    const now = this.clock.now();
    return this.transactor.run((tx) => source.claim(tx, now, addPeriod(now, this.config.claimLease), limit));
  }
}
