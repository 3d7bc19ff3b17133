import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { Transactor, type Tx } from '../database/transactor.js';
import { backoffMs } from '../queues/backoff.js';
import { failureCode } from '../queues/failure-code.js';
import { JobHandler } from '../queues/job-handler.js';
import { defineJob, type JobPayload } from '../queues/job-options.js';
import { type JobClaim, type JobSource, JobSources } from '../queues/job-sources.js';
import { type ClaimedDelivery, InboxStore, type TakenDelivery } from './inbox.store.js';
import { OutboxConfig } from './outbox.config.js';
import { Subscribers } from './subscribers.js';

const DELIVER = defineJob({ name: 'deliver-events' });
const EVENTS_PER_JOB = 20;

/** Brings events to the subscribers inside this service, each in the subscriber's own transaction. */
@Injectable()
export class Inbox implements JobSource, OnModuleInit {
  readonly job = DELIVER.name;
  private readonly log = new Logger('Inbox');

  constructor(
    private readonly store: InboxStore,
    private readonly subscribers: Subscribers,
    private readonly sources: JobSources,
    private readonly transactor: Transactor,
    private readonly config: OutboxConfig,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.sources.register(this);
  }

  async claim(tx: Tx, now: Date, until: Date, limit: number): Promise<JobClaim[]> {
    return jobsOf(await this.store.claim(tx, this.subscribers.consumers, now, until, limit));
  }

  isDue(tx: Tx, now: Date, claimedToo: boolean): Promise<boolean> {
    return this.store.isDue(tx, this.subscribers.consumers, now, claimedToo);
  }

  @JobHandler('deliver-events')
  async deliver({ ids }: JobPayload): Promise<void> {
    for (const id of ids) await this.deliverOne(id);
  }

  /** The consumer's work and the mark that it is done commit together; a failure leaves neither. */
  private async deliverOne(id: string): Promise<void> {
    let taken: TakenDelivery | undefined;
    try {
      await this.transactor.run(async (tx) => {
        taken = await this.store.take(tx, id);
        if (taken === undefined) return;
        const handle = this.subscribers.handlerOf(taken.consumer, taken.event.type);
        // A subscription that was given up while its events were on the way: nobody is left to tell.
        if (handle !== undefined) await handle(tx, taken.event);
        await this.store.markHandled(tx, taken, this.clock.now());
      });
    } catch (error) {
      if (taken === undefined) throw error;
      await this.remember(taken, error);
    }
  }

  private async remember(delivery: TakenDelivery, error: unknown): Promise<void> {
    const attempt = delivery.attempts + 1;
    const code = failureCode(error);
    const now = this.clock.now();
    const { retryAfter, retryCap, attempts } = this.config;
    const retryAt = attempt < attempts ? new Date(now.getTime() + backoffMs(attempt, retryAfter, retryCap)) : undefined;
    const outcome = retryAt === undefined ? 'parked' : `again at ${retryAt.toISOString()}`;
    this.log.warn(
      `${delivery.consumer} failed on ${delivery.event.type} ${delivery.event.id}: ${code}, attempt ${attempt}, ${outcome}`,
      error instanceof Error ? error.stack : undefined,
    );
    await this.transactor.run((tx) => this.store.markFailed(tx, delivery, code, retryAt, now));
  }
}

/** A few events of one consumer travel together; each is still its own transaction. */
export function jobsOf(claimed: readonly ClaimedDelivery[]): JobClaim[] {
  const consumers = [...new Set(claimed.map((delivery) => delivery.consumer))];
  return consumers.flatMap((consumer) => {
    const all = claimed.filter((delivery) => delivery.consumer === consumer);
    const jobs: JobClaim[] = [];
    for (let from = 0; from < all.length; from += EVENTS_PER_JOB) {
      const some = all.slice(from, from + EVENTS_PER_JOB);
      jobs.push({ rowIds: some.map((d) => d.id), claim: some[0]?.claims ?? 0 });
    }
    return jobs;
  });
}
