import fc from 'fast-check';
import {
  LIVE_SANCTIONS,
  type SanctionCommand,
  type SanctionState,
  sanctionLifecycle as lifecycle,
} from './sanction-lifecycle.js';

const EXPECTED: Record<SanctionState, Partial<Record<SanctionCommand, SanctionState>>> = {
  awaiting_approval: { approve: 'scheduled', decline: 'declined' },
  scheduled: { activate: 'active', lift: 'lifted', supersede: 'superseded' },
  active: { expire: 'expired', lift: 'lifted', supersede: 'superseded', fulfil: 'fulfilled' },
  expired: {},
  lifted: {},
  superseded: {},
  fulfilled: {},
  declined: {},
};

describe('the life of a sanction (7.1)', () => {
  const pairs = lifecycle.states.flatMap((state) => lifecycle.commands.map((command) => [state, command] as const));
  it.each(pairs)('%s × %s', (state, command) => expect(lifecycle.next(state, command)).toBe(EXPECTED[state][command]));

  it('ends once, and nothing brings it back', () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...lifecycle.commands), { maxLength: 30 }), (commands) => {
        let state: SanctionState = lifecycle.initial;
        let ends = 0;
        for (const command of commands) {
          const next = lifecycle.next(state, command);
          if (next === undefined) continue;
          state = next;
          if (lifecycle.isTerminal(state)) ends += 1;
        }
        expect(ends).toBeLessThanOrEqual(1);
        expect(LIVE_SANCTIONS.includes(state)).toBe(!lifecycle.isTerminal(state));
      }),
    ));
});
