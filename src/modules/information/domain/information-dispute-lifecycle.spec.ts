import * as fc from 'fast-check';
import {
  DISPUTE_OUTCOMES,
  DISPUTE_STATES,
  type DisputeCommand,
  type DisputeState,
  informationDisputeLifecycle as lifecycle,
  measuresOf,
} from './information-dispute-lifecycle.js';

const COMMANDS: readonly DisputeCommand[] = ['correct', 'accept', 'return', 'refuse', 'withdraw'];
const EXPECTED: Record<string, DisputeState> = {
  'open correct': 'in_review',
  'open withdraw': 'withdrawn',
  'in_review accept': 'resolved',
  'in_review return': 'open',
  'in_review refuse': 'refused',
  'in_review withdraw': 'withdrawn',
  'refused correct': 'in_review',
  'refused withdraw': 'withdrawn',
};

it.each(DISPUTE_STATES.flatMap((s) => COMMANDS.map((c) => [s, c] as const)))('%s × %s', (state, command) => {
  expect(lifecycle.next(state, command)).toBe(EXPECTED[`${state} ${command}`]);
});

it('there is always a way to put it right, and nothing is resolved without having been looked at', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...COMMANDS), { maxLength: 30 }), (commands) => {
      let state: DisputeState = lifecycle.initial;
      for (const command of commands) {
        const before = state;
        state = lifecycle.next(state, command) ?? state;
        if (state === 'resolved' && before !== 'resolved') expect(before).toBe('in_review');
      }
      if (state === 'open' || state === 'refused') expect(lifecycle.next(state, 'correct')).toBe('in_review');
    }),
  );
});

describe('measures', () => {
  const of = (state: DisputeState, outcome: (typeof DISPUTE_OUTCOMES)[number]) => measuresOf(state, outcome, ['share']);
  it('a challenge stops nothing before its due time', () =>
    expect(of('open', 'challenge')).toEqual({ block: false, restrict: [], blocksWhenDue: true }));
  it('limited features stay limited while we look, and our time stops nobody', () =>
    expect(of('in_review', 'limit_features')).toEqual({ block: false, restrict: ['share'], blocksWhenDue: false }));
  it('refusal stops use at once', () => expect(of('open', 'refuse')?.block).toBe(true));
  it.each(DISPUTE_OUTCOMES)('a refused correction stops use (%s)', (outcome) =>
    expect(of('refused', outcome)?.block).toBe(true),
  );
  it.each(DISPUTE_OUTCOMES)('what is over does nothing (%s)', (outcome) => {
    expect(of('resolved', outcome)).toBeUndefined();
    expect(of('withdrawn', outcome)).toBeUndefined();
  });
});
