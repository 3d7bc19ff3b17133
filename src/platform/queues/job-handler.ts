import { SetMetadata } from '@nestjs/common';
import type { JobPayload } from './job-options.js';

export const JOB_HANDLER_KEY = 'account-lifecycle:job-handler';

export type JobWork = (payload: JobPayload) => Promise<void>;

/** The method `(payload) => Promise<void>` that does the jobs of that name. It may run twice for one job. */
export const JobHandler =
  (name: string) =>
  <T extends JobWork>(_target: object, _key: string | symbol, descriptor: TypedPropertyDescriptor<T>): void => {
    if (descriptor.value) SetMetadata(JOB_HANDLER_KEY, name)(descriptor.value);
  };
