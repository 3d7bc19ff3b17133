import { Lifecycle, type Transitions } from '../../../kernel/lifecycle.js';

export const CASE_STATES = ['open', 'in_review', 'decided', 'closed', 'reopened', 'dismissed', 'merged'] as const;
export type CaseState = (typeof CASE_STATES)[number];
export type CaseCommand = 'take_up' | 'decide' | 'hold_back' | 'dismiss' | 'merge' | 'close' | 'reopen';

const TABLE = {
  open: { take_up: 'in_review', decide: 'decided', dismiss: 'dismissed', merge: 'merged' },
  in_review: { decide: 'decided', dismiss: 'dismissed', merge: 'merged' },
  // `hold_back`: the second person declined, or nobody approved in time.
  decided: { close: 'closed', reopen: 'reopened', hold_back: 'in_review' },
  reopened: { take_up: 'in_review', decide: 'decided', dismiss: 'dismissed', merge: 'merged' },
  closed: { reopen: 'reopened' },
  dismissed: { reopen: 'reopened' },
  merged: {},
} as const satisfies Transitions<CaseState, CaseCommand>;

/** What is examined. New evidence or an appeal opens it again, so only a merged case is past all change. */
export const caseLifecycle = new Lifecycle<CaseState, CaseCommand>('case', 'open', ['merged'], TABLE);

/** Where new reports of the same matter belong. */
export const UNDECIDED_CASES: readonly CaseState[] = ['open', 'in_review', 'reopened'];
