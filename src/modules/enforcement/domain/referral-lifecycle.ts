import { Lifecycle, type Transitions } from '../../../kernel/lifecycle.js';

export const REFERRAL_STATES = [
  'awaiting_approval',
  'lapsed',
  'approved',
  'sent',
  'answered',
  'closed',
  'declined',
] as const;
export type ReferralState = (typeof REFERRAL_STATES)[number];
export type ReferralCommand = 'approve' | 'decline' | 'lapse' | 'propose_again' | 'send' | 'answer' | 'close';

const TABLE = {
  awaiting_approval: { approve: 'approved', decline: 'declined', lapse: 'lapsed' },
  // Nobody agreed in time, and the duty to report does not go away by itself: a person proposes it again or drops it.
  lapsed: { propose_again: 'awaiting_approval', decline: 'declined' },
  approved: { send: 'sent', decline: 'declined' },
  sent: { answer: 'answered', close: 'closed' },
  answered: { answer: 'answered', close: 'closed' },
  closed: {},
  declined: {},
} as const satisfies Transitions<ReferralState, ReferralCommand>;

/** A report to the authority, or the answer to its request (7.1): nothing leaves before a second person agreed. */
export const referralLifecycle = new Lifecycle<ReferralState, ReferralCommand>(
  'referral',
  'awaiting_approval',
  ['closed', 'declined'],
  TABLE,
);
