import { Lifecycle } from '../../../kernel/lifecycle.js';

export type RunState = 'queued' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled';
export type RunCommand = 'start' | 'pause' | 'resume' | 'cancel' | 'complete' | 'fail';

/** `failed`: every class was tried and at least one did not finish; the others did (R29). */
export const RUN_LIFECYCLE = new Lifecycle<RunState, RunCommand>(
  'retention run',
  'queued',
  ['completed', 'failed', 'cancelled'],
  {
    queued: { start: 'running', pause: 'paused', cancel: 'cancelled' },
    running: { pause: 'paused', cancel: 'cancelled', complete: 'completed', fail: 'failed' },
    paused: { resume: 'queued', cancel: 'cancelled' },
    completed: {},
    failed: {},
    cancelled: {},
  },
);
