import fc from 'fast-check';
import { isDomainError } from '../../../kernel/domain-error.js';
import {
  ACCOUNT_COMMANDS,
  ACCOUNT_STATES,
  type AccountCommand,
  accountLifecycle,
  type AccountState,
  type AccountStatus,
  decide,
} from './account-lifecycle.js';

const plain = (state: AccountState): AccountStatus => ({
  state,
  stateBeforeClosure: state === 'closed' ? 'active' : null,
  stateBeforeDeregistration: state === 'deregistering' ? 'active' : null,
});

/** The whole machine once more, written out by hand: every state × every command. */
const EXPECTED: Record<AccountState, Partial<Record<AccountCommand, AccountState>>> = {
  awaiting_guardian: { activate: 'active', close: 'closed' },
  active: { freeze: 'frozen', close: 'closed', deregister: 'deregistering' },
  frozen: { unfreeze: 'active', close: 'closed', deregister: 'deregistering' },
  closed: { reinstate: 'active', deregister: 'deregistering' },
  deregistering: {
    close: 'deregistering',
    reinstate: 'deregistering',
    restore: 'active',
    finish_deregistration: 'deregistered',
  },
  deregistered: {},
};

const cells = ACCOUNT_STATES.flatMap((state) => ACCOUNT_COMMANDS.map((command) => [state, command] as const));

describe('every state × every command', () => {
  it.each(cells)('%s × %s', (state, command) => {
    const expected = EXPECTED[state][command];
    if (expected !== undefined) return expect(decide(plain(state), command).state).toBe(expected);
    let refusal: unknown;
    try {
      decide(plain(state), command);
    } catch (error) {
      refusal = error;
    }
    expect(isDomainError(refusal) && refusal.code).toBe('wrong_state');
  });
});

describe('coming back', () => {
  it.each(['active', 'frozen', 'closed'] as const)(
    'restores %s exactly when a deregistration ends without effect',
    (state) => {
      const before = plain(state);
      expect(decide(decide(before, 'deregister'), 'restore')).toEqual(before);
    },
  );

  it('returns to closed when a closure came while the person was leaving (2.5(2))', () => {
    const leaving = decide(decide(plain('frozen'), 'deregister'), 'close');
    expect(leaving.state).toBe('deregistering');
    expect(decide(leaving, 'restore').state).toBe('closed');
    expect(decide(decide(leaving, 'reinstate'), 'restore').state).toBe('frozen');
  });

  it.each(['active', 'frozen', 'awaiting_guardian'] as const)(
    'reinstates %s exactly, also by way of leaving',
    (state) => {
      const before = plain(state);
      const closed = decide(before, 'close');
      expect(decide(closed, 'reinstate')).toEqual(before);
      expect(decide(decide(decide(closed, 'deregister'), 'restore'), 'reinstate')).toEqual(before);
    },
  );

  it('reinstating never replaces the consent of a guardian (invariant 2)', () => {
    const closed = decide(plain('awaiting_guardian'), 'close');
    expect(decide(closed, 'reinstate').state).toBe('awaiting_guardian');
    const back = decide(decide(closed, 'deregister'), 'restore');
    expect(decide(back, 'reinstate').state).toBe('awaiting_guardian');
    const lifted = decide(decide(closed, 'deregister'), 'reinstate');
    expect(decide(decide(lifted, 'restore'), 'reinstate').state).toBe('awaiting_guardian');
  });
});

it('no walk leaves the table, reaches active past the guardian, or leaves deregistered', () => {
  const walk = fc.array(fc.constantFrom(...ACCOUNT_COMMANDS), { maxLength: 30 });
  fc.assert(
    fc.property(walk, (commands) => {
      let status = plain('awaiting_guardian');
      let consented = false;
      for (const command of commands) {
        try {
          const next = decide(status, command);
          expect(status.state).not.toBe('deregistered');
          if (command === 'activate') consented = true;
          status = next;
        } catch (error) {
          expect(isDomainError(error)).toBe(true);
        }
        if (!consented) expect(['active', 'frozen']).not.toContain(status.state);
        expect(status.state === 'deregistering').toBe(status.stateBeforeDeregistration !== null);
      }
    }),
  );
});

it('has no dead end and one end', () => {
  expect(accountLifecycle.terminal).toEqual(['deregistered']);
});
