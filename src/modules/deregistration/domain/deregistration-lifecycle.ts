import { Lifecycle, type Transitions } from '../../../kernel/lifecycle.js';

export const DEREGISTRATION_STATES = [
  'requested',
  'cooling_off',
  'in_review',
  'approved',
  'executing',
  'partially_executed',
  'completed',
  'withdrawn',
  'rejected',
] as const;
export type DeregistrationState = (typeof DEREGISTRATION_STATES)[number];

export type DeregistrationCommand =
  'start_cooling_off' | 'open_review' | 'approve' | 'reject' | 'withdraw' | 'execute' | 'stall' | 'resume' | 'complete';

/**
 * Clause 2.5. `approved → executing` is the point of no return: before it the person can always withdraw, after it
 * nothing leads anywhere but to `completed`. `partially_executed` is a stop on that way, not an end.
 */
const TABLE = {
  requested: { start_cooling_off: 'cooling_off', withdraw: 'withdrawn' },
  cooling_off: { open_review: 'in_review', withdraw: 'withdrawn' },
  in_review: { approve: 'approved', reject: 'rejected', withdraw: 'withdrawn' },
  approved: { execute: 'executing', withdraw: 'withdrawn' },
  executing: { complete: 'completed', stall: 'partially_executed' },
  partially_executed: { resume: 'executing' },
  completed: {},
  withdrawn: {},
  rejected: {},
} as const satisfies Transitions<DeregistrationState, DeregistrationCommand>;

export const deregistrationLifecycle = new Lifecycle<DeregistrationState, DeregistrationCommand>(
  'deregistration',
  'requested',
  ['completed', 'withdrawn', 'rejected'],
  TABLE,
);

/** States in which the person still holds the account and may change their mind. */
export const isWithdrawable = (state: DeregistrationState): boolean => deregistrationLifecycle.can(state, 'withdraw');

/** States in which a request occupies its account: at most one such request an account. */
export const isOpen = (state: DeregistrationState): boolean => !deregistrationLifecycle.isTerminal(state);

/** Past the point of no return. */
export const isIrrevocable = (state: DeregistrationState): boolean =>
  state === 'executing' || state === 'partially_executed' || state === 'completed';
