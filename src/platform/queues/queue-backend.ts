import { createPostgresBackend, Queue, Worker, type WorkerOptions } from 'bullmq';
import type { Pool } from 'pg';
import type { JobPayload } from './job-options.js';

export type JobQueue = Queue<JobPayload, void>;
export type JobWorker = Worker<JobPayload, void>;
export type Process = (payload: JobPayload, jobId: string) => Promise<void>;

/** Where jobs travel. Both kinds are the same queue with another engine. */
export abstract class QueueBackend {
  abstract queue(name: string): JobQueue;
  abstract worker(name: string, process: Process, options: Pick<WorkerOptions, 'concurrency'>): JobWorker;
}

export interface PostgresQueueOptions {
  readonly url: string;
  readonly schema: string;
  readonly poolSize: number;
}

const work = (process: Process) => (job: { data: JobPayload; id?: string | undefined }) =>
  process(job.data, job.id ?? '');

/**
 * A connection that breaks while BullMQ has it checked out is told twice: to the query, which fails and is retried, and
 * as an event that nobody listens to, which would end the process.
 */
const survivingBackend: typeof createPostgresBackend = (name, options, more) => {
  const backend = createPostgresBackend(name, options, more);
  const pool = backend.connection.pool as unknown as Pool;
  pool.on('connect', (client) => client.on('error', () => undefined));
  return backend;
};

/** The queues' own schema beside our tables; BullMQ keeps it up to date itself, under a lock. */
export class PostgresQueues extends QueueBackend {
  constructor(private readonly options: PostgresQueueOptions) {
    super();
  }

  override queue(name: string): JobQueue {
    return new Queue(name, { connection: this.connection() }, survivingBackend) as unknown as JobQueue;
  }

  override worker(name: string, process: Process, options: Pick<WorkerOptions, 'concurrency'>): JobWorker {
    const all = { ...options, connection: this.connection(), autorun: false };
    return new Worker(name, work(process), all, survivingBackend) as unknown as JobWorker;
  }

  private connection(): { connectionString: string; schema: string; migrate: true; max: number; keepAlive: true } {
    const { url, schema, poolSize } = this.options;
    return { connectionString: url, schema, migrate: true, max: poolSize, keepAlive: true };
  }
}

export interface RedisQueueOptions {
  readonly url: string;
  readonly prefix: string;
}

/** All keys of one queue share one hash tag, so that a Redis cluster keeps them on one node. */
export class RedisQueues extends QueueBackend {
  constructor(private readonly options: RedisQueueOptions) {
    super();
  }

  override queue(name: string): JobQueue {
    // A dispatch that cannot reach Redis fails soon and is made again from the rows; it must not pile up in memory.
    const connection = { url: this.options.url, maxRetriesPerRequest: 1, commandTimeout: 5_000 };
    return new Queue(name, { connection, prefix: this.prefixOf(name) }) as unknown as JobQueue;
  }

  override worker(name: string, process: Process, options: Pick<WorkerOptions, 'concurrency'>): JobWorker {
    const connection = { url: this.options.url, maxRetriesPerRequest: null };
    const all = { ...options, connection, prefix: this.prefixOf(name), autorun: false };
    return new Worker(name, work(process), all) as unknown as JobWorker;
  }

  private prefixOf(name: string): string {
    return `{${this.options.prefix}-${name}}`;
  }
}
