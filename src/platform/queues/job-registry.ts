import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JOB_HANDLER_KEY, type JobWork } from './job-handler.js';
import { declaredJobs, type JobSpec } from './job-options.js';
import { MarkedMethods } from './marked-methods.js';

/** Every declared job with its one handler. */
@Injectable()
export class JobRegistry implements OnModuleInit {
  private handlers = new Map<string, JobWork>();

  constructor(private readonly methods: MarkedMethods) {}

  /** @throws Error naming every job without a handler or with two, and every handler of a job that nobody declared */
  onModuleInit(): void {
    const found = this.methods.find<string>(JOB_HANDLER_KEY);
    const problems = jobProblems(
      declaredJobs(),
      found.map(({ mark, where }) => ({ job: mark, where })),
    );
    if (problems.length > 0) throw new Error(`jobs and their handlers do not match:\n  ${problems.join('\n  ')}`);
    this.handlers = new Map(found.map(({ mark, call }) => [mark, call as JobWork]));
  }

  get jobs(): readonly JobSpec[] {
    return declaredJobs().filter((job) => this.handlers.has(job.name));
  }

  handlerOf(name: string): JobWork {
    const handler = this.handlers.get(name);
    if (handler === undefined) throw new Error(`job ${name} has no handler`);
    return handler;
  }
}

export function jobProblems(jobs: readonly JobSpec[], handlers: readonly { job: string; where: string }[]): string[] {
  const declared = new Set(jobs.map((job) => job.name));
  const by = new Map<string, string[]>();
  for (const { job, where } of handlers) by.set(job, [...(by.get(job) ?? []), where]);
  return [
    ...jobs.filter((job) => !by.has(job.name)).map((job) => `${job.name}: no handler`),
    ...[...by]
      .filter(([, all]) => all.length > 1)
      .map(([job, all]) => `${job}: ${all.length} handlers (${all.join(', ')})`),
    ...[...by].filter(([job]) => !declared.has(job)).map(([job, all]) => `${job}: not declared (${all.join(', ')})`),
  ];
}
