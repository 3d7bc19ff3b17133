import { Lifecycle } from '../../../kernel/lifecycle.js';

export type RegistrationState =
  | 'started'
  | 'code_sent'
  | 'verified'
  | 'awaiting_guardian'
  | 'in_review'
  | 'completed'
  | 'refused'
  | 'expired'
  | 'abandoned';

export type RegistrationCommand =
  'send_code' | 'verify' | 'vouch' | 'await_guardian' | 'hold' | 'complete' | 'refuse' | 'expire' | 'abandon';

/** One attempt to become an account (2.2). `verified` is passed through: what follows is decided in the same transaction. */
export const registrationLifecycle = new Lifecycle<RegistrationState, RegistrationCommand>(
  'registration',
  'started',
  ['completed', 'refused', 'expired', 'abandoned'],
  {
    // A third-party account is proven by its provider, without a code of ours.
    started: { send_code: 'code_sent', vouch: 'verified', refuse: 'refused', expire: 'expired', abandon: 'abandoned' },
    code_sent: {
      send_code: 'code_sent',
      verify: 'verified',
      refuse: 'refused',
      expire: 'expired',
      abandon: 'abandoned',
    },
    verified: { complete: 'completed', await_guardian: 'awaiting_guardian', hold: 'in_review', refuse: 'refused' },
    awaiting_guardian: { complete: 'completed', refuse: 'refused', expire: 'expired', abandon: 'abandoned' },
    in_review: {
      complete: 'completed',
      await_guardian: 'awaiting_guardian',
      refuse: 'refused',
      expire: 'expired',
      abandon: 'abandoned',
    },
    completed: {},
    refused: {},
    expired: {},
    abandoned: {},
  },
);

/** States that time alone ends; the others wait for a person, who has a due date of their own. */
const TIMED: ReadonlySet<RegistrationState> = new Set<RegistrationState>(['started', 'code_sent']);

/** The state at `now`: a registration whose time ran out is expired, also when no job has said so yet. */
export const stateAt = (current: { state: RegistrationState; expiresAt: Date }, now: Date): RegistrationState =>
  TIMED.has(current.state) && current.expiresAt <= now ? 'expired' : current.state;

/** What to do once the number, or the third-party account, is proven to be the person's. */
export interface AfterProof {
  /** A live account has this number already. */
  readonly numberTaken: boolean;
  readonly verdict: 'allow' | 'challenge' | 'review' | 'refuse';
  readonly isMinor: boolean;
}

/**
 * The state that follows proof of possession. A taken number outranks everything: its holder is told so and nothing
 * of the attempt is kept. A hold outranks the guardian: nobody is asked to consent to what may still be refused.
 */
export function afterProof(
  facts: AfterProof,
): Extract<RegistrationCommand, 'refuse' | 'hold' | 'await_guardian' | 'complete'> {
  if (facts.numberTaken || facts.verdict === 'refuse') return 'refuse';
  if (facts.verdict === 'review') return 'hold';
  return facts.isMinor ? 'await_guardian' : 'complete';
}
