import { Lifecycle } from '../../../kernel/lifecycle.js';

export type RecordKeyState = 'live' | 'destroy_scheduled' | 'destroyed';
export type RecordKeyCommand = 'schedule' | 'destroy';

/** One way: what is destroyed is never made again, and its tombstone says that it was (R8). */
export const RECORD_KEY_LIFECYCLE = new Lifecycle<RecordKeyState, RecordKeyCommand>(
  'record key',
  'live',
  ['destroyed'],
  {
    live: { schedule: 'destroy_scheduled' },
    destroy_scheduled: { destroy: 'destroyed' },
    destroyed: {},
  },
);
