import { Lifecycle, type Transitions } from '../../../kernel/lifecycle.js';

export const CHANGE_STATES = [
  'requested',
  'cooling_off',
  'completed',
  'objected',
  'withdrawn',
  'expired',
  'failed',
] as const;
export type ChangeState = (typeof CHANGE_STATES)[number];
export type ChangeCommand = 'prove' | 'complete' | 'object' | 'withdraw' | 'expire' | 'fail';

const TABLE = {
  requested: { prove: 'cooling_off', withdraw: 'withdrawn', expire: 'expired' },
  cooling_off: { complete: 'completed', object: 'objected', withdraw: 'withdrawn', fail: 'failed' },
  completed: {},
  objected: {},
  withdrawn: {},
  expired: {},
  failed: {},
} as const satisfies Transitions<ChangeState, ChangeCommand>;

/** 2.3(1), 2.4: a number is re-bound after proof of both numbers, a notice, and time in which the old holder may object. */
export const identifierChangeLifecycle = new Lifecycle<ChangeState, ChangeCommand>(
  'identifier change',
  'requested',
  ['completed', 'objected', 'withdrawn', 'expired', 'failed'],
  TABLE,
);
