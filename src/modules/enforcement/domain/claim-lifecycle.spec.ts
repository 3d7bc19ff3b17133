import { type ClaimCommand, claimLifecycle as lifecycle, type ClaimState } from './claim-lifecycle.js';

const pay = { pay_in_part: 'partly_paid', settle: 'paid', waive: 'waived' } as const;
const EXPECTED: Record<ClaimState, Partial<Record<ClaimCommand, ClaimState>>> = {
  recorded: { assert: 'asserted', ...pay },
  asserted: pay,
  partly_paid: pay,
  paid: {},
  waived: {},
};

describe('the life of a claim (7.1)', () => {
  const pairs = lifecycle.states.flatMap((state) => lifecycle.commands.map((command) => [state, command] as const));
  it.each(pairs)('%s × %s', (state, command) => expect(lifecycle.next(state, command)).toBe(EXPECTED[state][command]));
});
