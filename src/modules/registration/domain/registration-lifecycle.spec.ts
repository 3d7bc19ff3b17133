import fc from 'fast-check';
import {
  afterProof,
  type RegistrationCommand,
  registrationLifecycle as lifecycle,
  type RegistrationState,
  stateAt,
} from './registration-lifecycle.js';

const ALLOWED: Record<RegistrationState, Partial<Record<RegistrationCommand, RegistrationState>>> = {
  started: { send_code: 'code_sent', vouch: 'verified', refuse: 'refused', expire: 'expired', abandon: 'abandoned' },
  code_sent: { send_code: 'code_sent', verify: 'verified', refuse: 'refused', expire: 'expired', abandon: 'abandoned' },
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
};
const pairs = lifecycle.states.flatMap((state) => lifecycle.commands.map((command) => [state, command] as const));

it.each(pairs)('%s × %s', (state, command) => {
  const expected = ALLOWED[state][command];
  expect(lifecycle.next(state, command)).toBe(expected);
  if (expected === undefined)
    expect(() => lifecycle.move(state, command)).toThrow(expect.objectContaining({ code: 'wrong_state' }));
});

it('no run of commands completes without proof of the number or a provider that vouches', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...lifecycle.commands), { maxLength: 30 }), (commands) => {
      let state: RegistrationState = lifecycle.initial;
      let proven = false;
      for (const command of commands) {
        const before = state;
        state = lifecycle.next(state, command) ?? state;
        proven ||= command === 'verify' && before === 'code_sent';
        proven ||= command === 'vouch' && before === 'started';
        if (lifecycle.isTerminal(before)) expect(state).toBe(before);
      }
      return proven || !['completed', 'awaiting_guardian', 'in_review'].includes(state);
    }),
  );
});

describe('time', () => {
  const expiresAt = new Date('2026-11-23T12:00:00Z');
  const before = new Date(expiresAt.getTime() - 1);
  it.each(lifecycle.states)('%s before and at its end', (state) => {
    expect(stateAt({ state, expiresAt }, before)).toBe(state);
    expect(stateAt({ state, expiresAt }, expiresAt)).toBe(['started', 'code_sent'].includes(state) ? 'expired' : state);
  });
});

describe('what follows the proof', () => {
  const facts = { numberTaken: false, verdict: 'allow', isMinor: false } as const;
  it.each([
    [facts, 'complete'],
    [{ ...facts, verdict: 'challenge' }, 'complete'],
    [{ ...facts, isMinor: true }, 'await_guardian'],
    [{ ...facts, verdict: 'review', isMinor: true }, 'hold'],
    [{ ...facts, verdict: 'refuse', isMinor: true }, 'refuse'],
    [{ ...facts, numberTaken: true }, 'refuse'],
    [{ ...facts, numberTaken: true, verdict: 'review' }, 'refuse'],
  ] as const)('%j → %s', (given, expected) => expect(afterProof(given)).toBe(expected));
});
