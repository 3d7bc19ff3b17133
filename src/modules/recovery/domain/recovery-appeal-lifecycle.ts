import { Lifecycle, type Transitions } from '../../../kernel/lifecycle.js';

export const APPEAL_STATES = ['in_review', 'accepted', 'rejected', 'completed', 'objected', 'failed'] as const;
export type AppealState = (typeof APPEAL_STATES)[number];
export type AppealCommand = 'accept' | 'reject' | 'complete' | 'object' | 'fail';

const TABLE = {
  in_review: { accept: 'accepted', reject: 'rejected' },
  // Accepted is not yet re-bound: whoever holds the old number has time to object.
  accepted: { complete: 'completed', object: 'objected', fail: 'failed' },
  rejected: {},
  completed: {},
  objected: {},
  failed: {},
} as const satisfies Transitions<AppealState, AppealCommand>;

/** 2.4: lost account, forgotten credentials, leaked code. */
export const recoveryAppealLifecycle = new Lifecycle<AppealState, AppealCommand>(
  'recovery appeal',
  'in_review',
  ['rejected', 'completed', 'objected', 'failed'],
  TABLE,
);
