import { ask, type Schemas } from '../../../api/client.ts';
import { api } from '../../api.ts';

export type Run = Schemas['RunDto'];

export const RUN_TONE: Readonly<Record<string, string>> = {
  completed: 'good',
  failed: 'bad',
  running: 'accent',
  paused: 'warn',
};

export const dryRun = (key: string, recordClasses?: string[]): Promise<Run> =>
  ask(
    api.POST('/v1/retention/runs', {
      params: { header: { 'Idempotency-Key': key } },
      body: { dryRun: true, ...(recordClasses ? { recordClasses } : {}) },
    }),
  );
