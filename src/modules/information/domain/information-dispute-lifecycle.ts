import { Lifecycle, type Transitions } from '../../../kernel/lifecycle.js';

export const DISPUTE_STATES = ['open', 'in_review', 'refused', 'resolved', 'withdrawn'] as const;
export type DisputeState = (typeof DISPUTE_STATES)[number];
export type DisputeCommand = 'correct' | 'accept' | 'return' | 'refuse' | 'withdraw';

const TABLE = {
  open: { correct: 'in_review', withdraw: 'withdrawn' },
  // `return`: not good enough, the person has another chance.
  in_review: { accept: 'resolved', return: 'open', refuse: 'refused', withdraw: 'withdrawn' },
  // Never a dead end: who is refused can still put it right.
  refused: { correct: 'in_review', withdraw: 'withdrawn' },
  resolved: {},
  withdrawn: {},
} as const satisfies Transitions<DisputeState, DisputeCommand>;

/** 2.2: information that was found not to be true, until it is put right (REG-3). */
export const informationDisputeLifecycle = new Lifecycle<DisputeState, DisputeCommand>(
  'information dispute',
  'open',
  ['resolved', 'withdrawn'],
  TABLE,
);

export const DISPUTE_OUTCOMES = ['challenge', 'limit_features', 'refuse'] as const;
export type DisputeOutcome = (typeof DISPUTE_OUTCOMES)[number];

export interface Measures {
  /** Use is refused from now on. */
  readonly block: boolean;
  readonly restrict: readonly string[];
  /** Use stops when nothing was put right by the due time. */
  readonly blocksWhenDue: boolean;
}

/** What a dispute does to standing in a state; in review nobody is stopped for the time that we take. */
export function measuresOf(
  state: DisputeState,
  outcome: DisputeOutcome,
  features: readonly string[],
): Measures | undefined {
  if (informationDisputeLifecycle.isTerminal(state)) return undefined;
  return {
    block: outcome === 'refuse' || state === 'refused',
    restrict: outcome === 'limit_features' ? features : [],
    blocksWhenDue: state === 'open',
  };
}
