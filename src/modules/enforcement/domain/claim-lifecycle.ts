import { Lifecycle, type Transitions } from '../../../kernel/lifecycle.js';

export const CLAIM_STATES = ['recorded', 'asserted', 'partly_paid', 'paid', 'waived'] as const;
export type ClaimState = (typeof CLAIM_STATES)[number];
export type ClaimCommand = 'assert' | 'pay_in_part' | 'settle' | 'waive';

const PAY = { pay_in_part: 'partly_paid', settle: 'paid', waive: 'waived' } as const;
const TABLE = {
  recorded: { assert: 'asserted', ...PAY },
  asserted: PAY,
  partly_paid: PAY,
  paid: {},
  waived: {},
} as const satisfies Transitions<ClaimState, ClaimCommand>;

/** A loss that the person owes us (7.1): what it is, how much, what came in. */
export const claimLifecycle = new Lifecycle<ClaimState, ClaimCommand>(
  'loss claim',
  'recorded',
  ['paid', 'waived'],
  TABLE,
);

/** The kinds of loss of clause 7.1, in its order. */
export const LOSS_KINDS = [
  'litigation',
  'arbitration',
  'lawyer',
  'notary',
  'announcement',
  'appraisal',
  'travel',
  'investigation',
  'compensation',
  'penalty',
  'settlement',
  'administrative_fine',
  'other',
] as const;
