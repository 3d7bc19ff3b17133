import { Injectable, Logger, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { periodMs } from '../../kernel/period.js';
import { RuntimeConfig } from '../config/runtime.config.js';
import { Metrics } from '../telemetry/metrics.js';
import { JOB_OPTIONS, jobIdOf, type JobPayload } from './job-options.js';
import { JobRegistry } from './job-registry.js';
import type { JobClaim } from './job-sources.js';
import { type JobQueue, type JobWorker, QueueBackend } from './queue-backend.js';
import { QueuesConfig } from './queues.config.js';
import { RelaySignal } from './relay-signal.js';

const REST_MS = 1_000;
/** On PostgreSQL a bulk creates two temporary tables, 25 ms of a database's time: dear for one job, cheap for many. */
const FEW = 8;

/** One queue a job name; workers only where the role says so. */
@Injectable()
export class JobQueues implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('Queues');
  private readonly queues = new Map<string, JobQueue>();
  private readonly workers: JobWorker[] = [];
  private readonly resting = new Map<JobWorker, NodeJS.Timeout>();
  private stopping = false;
  private readonly failures;
  private readonly seconds;

  constructor(
    private readonly backend: QueueBackend,
    private readonly registry: JobRegistry,
    private readonly config: QueuesConfig,
    private readonly runtime: RuntimeConfig,
    private readonly signal: RelaySignal,
    metrics: Metrics,
  ) {
    this.failures = metrics.counter('job_failures_total', 'Jobs whose handler threw.', ['job']);
    this.seconds = metrics.histogram('job_duration_seconds', 'Time a job took.', ['job']);
  }

  onApplicationBootstrap(): void {
    if (this.runtime.role === 'api') return;
    for (const job of this.registry.jobs) {
      const worker = this.backend.worker(job.name, (payload) => this.work(job.name, payload), {
        concurrency: job.concurrency ?? this.config.concurrency,
      });
      worker.on('error', (error) => this.rest(worker, job.name, error));
      void worker.run().catch((error: unknown) => this.complain(`worker ${job.name}`, error));
      this.workers.push(worker);
    }
  }

  /** Opened on first use: a process that neither dispatches nor shows queues has none. */
  queueOf(name: string): JobQueue {
    const known = this.queues.get(name);
    if (known !== undefined) return known;
    const queue = this.backend.queue(name);
    queue.on('error', (error) => this.complain(`queue ${name}`, error));
    this.queues.set(name, queue);
    return queue;
  }

  get names(): readonly string[] {
    return this.registry.jobs.map((job) => job.name);
  }

  /** How many more jobs may be dispatched now; throws while the queue's store is away. */
  async room(name: string): Promise<number> {
    const { waiting = 0, wait = 0 } = (await this.queueOf(name).getJobCounts('wait')) as {
      waiting?: number;
      wait?: number;
    };
    return Math.max(0, this.config.maxWaiting - waiting - wait);
  }

  async dispatch(name: string, claims: readonly JobClaim[]): Promise<void> {
    if (claims.length === 0) return;
    const queue = this.queueOf(name);
    const jobs = claims.map(({ rowIds, claim }) => ({
      name,
      data: { ids: rowIds },
      opts: { ...JOB_OPTIONS, jobId: jobIdOf(rowIds[0] ?? '', claim) },
    }));
    if (jobs.length > FEW) await queue.addBulk(jobs);
    else await Promise.all(jobs.map((job) => queue.add(name, job.data, job.opts)));
  }

  /** Jobs in flight end first, within the grace; what does not end is claimed again by another process. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    for (const timer of this.resting.values()) clearTimeout(timer);
    const grace = periodMs(this.runtime.shutdownGrace);
    await within(grace, Promise.all(this.workers.map((worker) => worker.close())));
    await within(2_000, Promise.all(this.workers.map((worker) => worker.close(true))));
    await within(2_000, Promise.all([...this.queues.values()].map((queue) => queue.close())));
  }

  private async work(name: string, payload: JobPayload): Promise<void> {
    const done = this.seconds.startTimer({ job: name });
    try {
      await this.registry.handlerOf(name)(payload);
    } catch (error) {
      this.failures.inc({ job: name });
      throw error;
    } finally {
      done();
      this.signal.wake();
    }
  }

  /**
   * A worker whose PostgreSQL is gone asks again without any pause, and starves the whole process; so it rests a moment
   * after an error. (On Redis the library pauses by itself.)
   */
  private rest(worker: JobWorker, name: string, error: unknown): void {
    if (this.resting.has(worker) || this.stopping) return;
    this.complain(`worker ${name}`, error);
    const timer = setTimeout(() => {
      this.resting.delete(worker);
      if (!this.stopping) void Promise.resolve(worker.resume()).catch((e: unknown) => this.rest(worker, name, e));
    }, REST_MS);
    this.resting.set(worker, timer);
    void worker.pause(true).catch(() => undefined);
  }

  private complain(what: string, error: unknown): void {
    this.log.warn(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Waits for `work`, at most `ms`, and never fails: this is the way out. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((done) => {
    timer = setTimeout(done, ms);
  });
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
}
