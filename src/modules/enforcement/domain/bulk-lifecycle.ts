import { Lifecycle, type Transitions } from '../../../kernel/lifecycle.js';

export const BULK_STATES = [
  'awaiting_approval',
  'running',
  'done',
  'declined',
  'lapsed',
  'reversing',
  'reversed',
] as const;
export type BulkState = (typeof BULK_STATES)[number];
export type BulkCommand = 'approve' | 'decline' | 'lapse' | 'finish' | 'reverse' | 'finish_reversal';

const TABLE = {
  awaiting_approval: { approve: 'running', decline: 'declined', lapse: 'lapsed' },
  running: { finish: 'done', reverse: 'reversing' },
  done: { reverse: 'reversing' },
  reversing: { finish_reversal: 'reversed' },
  declined: {},
  lapsed: {},
  reversed: {},
} as const satisfies Transitions<BulkState, BulkCommand>;

/** One decision on many accounts: many small transactions, each the same use case as a single decision. */
export const bulkLifecycle = new Lifecycle<BulkState, BulkCommand>(
  'bulk decision',
  'awaiting_approval',
  ['declined', 'lapsed', 'reversed'],
  TABLE,
);
