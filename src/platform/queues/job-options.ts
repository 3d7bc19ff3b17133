import type { JobsOptions } from 'bullmq';

/** What a job carries: ids. The worker reads the state again and treats "already done" as success. */
export interface JobPayload {
  readonly ids: readonly string[];
}

export interface JobSpec {
  readonly name: string;
  /** Jobs at once in one process; the configured default otherwise. */
  readonly concurrency?: number;
}

const NAME = /^[a-z][a-z0-9-]*$/;
const declared = new Map<string, JobSpec>();

/** Declares a job. A declared job without a handler, or with two, stops the start. */
export function defineJob(spec: JobSpec): JobSpec {
  if (!NAME.test(spec.name)) throw new Error(`job name ${spec.name} is not kebab-case`);
  if (declared.has(spec.name)) throw new Error(`job ${spec.name} is declared twice`);
  declared.set(spec.name, spec);
  return spec;
}

export const declaredJobs = (): readonly JobSpec[] => [...declared.values()];

/**
 * The queue retries only what the row could not record (a lost database, a killed worker); what a consumer or a target
 * refuses is counted and timed in its row. Finished jobs are kept briefly, for the dashboard.
 */
export const JOB_OPTIONS: JobsOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
  removeOnComplete: { age: 300, count: 500 },
  removeOnFail: { age: 7 * 24 * 3600, count: 5_000 },
  stackTraceLimit: 5,
};

/**
 * A job id out of a row's id and the number of its claim: adding it twice is adding it once, and a kept completed job
 * never swallows the next claim. No `:`, which separates keys in Redis.
 */
export function jobIdOf(rowId: string, claim: number): string {
  const id = `${rowId}-${claim}`;
  if (id.includes(':')) throw new Error(`job id ${id} holds a ":"`);
  return id;
}
