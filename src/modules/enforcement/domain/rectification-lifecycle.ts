import { Lifecycle, type Transitions } from '../../../kernel/lifecycle.js';

export const RECTIFICATION_STATES = [
  'ordered',
  'submitted',
  'returned',
  'overdue',
  'escalated',
  'accepted',
  'withdrawn',
] as const;
export type RectificationState = (typeof RECTIFICATION_STATES)[number];
export type RectificationCommand =
  'submit' | 'accept' | 'return' | 'pass_deadline' | 'escalate' | 'extend' | 'withdraw';

const TABLE = {
  ordered: { submit: 'submitted', pass_deadline: 'overdue', extend: 'ordered', withdraw: 'withdrawn' },
  submitted: { accept: 'accepted', return: 'returned', withdraw: 'withdrawn' },
  returned: { submit: 'submitted', pass_deadline: 'overdue', extend: 'returned', withdraw: 'withdrawn' },
  // Late is better than never: a submission still counts until a person has taken the next step.
  overdue: { submit: 'submitted', escalate: 'escalated', extend: 'ordered', withdraw: 'withdrawn' },
  escalated: { submit: 'submitted', extend: 'ordered', withdraw: 'withdrawn' },
  accepted: {},
  withdrawn: {},
} as const satisfies Transitions<RectificationState, RectificationCommand>;

/** 限期改正 (7.1): an order with a deadline, what the person submits, and what we think of it. */
export const rectificationLifecycle = new Lifecycle<RectificationState, RectificationCommand>(
  'rectification',
  'ordered',
  ['accepted', 'withdrawn'],
  TABLE,
);
