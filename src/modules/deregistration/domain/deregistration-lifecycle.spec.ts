import fc from 'fast-check';
import {
  type DeregistrationCommand,
  type DeregistrationState,
  deregistrationLifecycle as lifecycle,
  isIrrevocable,
  isOpen,
  isWithdrawable,
} from './deregistration-lifecycle.js';

const EXPECTED: Record<DeregistrationState, Partial<Record<DeregistrationCommand, DeregistrationState>>> = {
  requested: { start_cooling_off: 'cooling_off', withdraw: 'withdrawn' },
  cooling_off: { open_review: 'in_review', withdraw: 'withdrawn' },
  in_review: { approve: 'approved', reject: 'rejected', withdraw: 'withdrawn' },
  approved: { execute: 'executing', withdraw: 'withdrawn' },
  executing: { complete: 'completed', stall: 'partially_executed' },
  partially_executed: { resume: 'executing' },
  completed: {},
  withdrawn: {},
  rejected: {},
};

describe('the life of a deregistration (2.5)', () => {
  const pairs = lifecycle.states.flatMap((state) => lifecycle.commands.map((command) => [state, command] as const));

  it.each(pairs)('%s × %s', (state, command) => {
    const expected = EXPECTED[state][command];
    expect(lifecycle.next(state, command)).toBe(expected);
    if (expected === undefined) expect(() => lifecycle.move(state, command)).toThrow(/not possible/);
    else expect(lifecycle.move(state, command)).toBe(expected);
  });

  it('never comes back from the point of no return, whatever is tried', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...lifecycle.commands), { maxLength: 60 }), (commands) => {
        let state: DeregistrationState = lifecycle.initial;
        let irrevocable = false;
        for (const command of commands) {
          const next = lifecycle.next(state, command);
          if (next === undefined) continue;
          expect(lifecycle.isTerminal(state)).toBe(false);
          state = next;
          if (irrevocable) expect(isIrrevocable(state)).toBe(true);
          irrevocable ||= isIrrevocable(state);
        }
      }),
    );
  });

  it('lets the person withdraw in every open state before execution, and in no other', () => {
    const withdrawable = lifecycle.states.filter(isWithdrawable);
    expect(withdrawable).toEqual(['requested', 'cooling_off', 'in_review', 'approved']);
    expect(lifecycle.states.filter(isOpen)).toEqual([...withdrawable, 'executing', 'partially_executed']);
  });
});
