import { Lifecycle, type Transitions } from '../../../kernel/lifecycle.js';

export const CONSENT_STATES = [
  'requested',
  'contacted',
  'verified',
  'granted',
  'refused',
  'expired',
  'revoked',
  'lapsed',
  'withdrawn',
] as const;
export type ConsentState = (typeof CONSENT_STATES)[number];

export const CONSENT_COMMANDS = [
  'contact',
  'verify',
  'grant',
  'refuse',
  'expire',
  'revoke',
  'lapse',
  'withdraw',
] as const;
export type ConsentCommand = (typeof CONSENT_COMMANDS)[number];

const TABLE = {
  // The minor names somebody else before there is an answer: the number was mistyped.
  requested: { contact: 'contacted', expire: 'expired', withdraw: 'withdrawn' },
  // Refusing needs no code: a stranger who got the link by mistake must be able to say "not my child".
  contacted: { verify: 'verified', refuse: 'refused', expire: 'expired', withdraw: 'withdrawn' },
  verified: { grant: 'granted', refuse: 'refused', expire: 'expired', withdraw: 'withdrawn' },
  granted: { revoke: 'revoked', lapse: 'lapsed' },
  refused: {},
  expired: {},
  revoked: {},
  lapsed: {},
  withdrawn: {},
} as const satisfies Transitions<ConsentState, ConsentCommand>;

/** MIN-2: the life of one guardian's consent for one minor. A new request is a new consent. */
export const consentLifecycle = new Lifecycle<ConsentState, ConsentCommand>(
  'guardian consent',
  'requested',
  ['refused', 'expired', 'revoked', 'lapsed', 'withdrawn'],
  TABLE,
);

/** Waiting for the guardian: at most one of these per account. */
export const PENDING_STATES: readonly ConsentState[] = ['requested', 'contacted', 'verified'];
