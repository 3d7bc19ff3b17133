import fc from 'fast-check';
import { isDomainError } from '../../../kernel/domain-error.js';
import {
  CONSENT_COMMANDS,
  CONSENT_STATES,
  type ConsentCommand,
  consentLifecycle,
  type ConsentState,
} from './consent-lifecycle.js';

/** The machine once more, by hand. */
const EXPECTED: Record<ConsentState, Partial<Record<ConsentCommand, ConsentState>>> = {
  requested: { contact: 'contacted', expire: 'expired', withdraw: 'withdrawn' },
  contacted: { verify: 'verified', refuse: 'refused', expire: 'expired', withdraw: 'withdrawn' },
  verified: { grant: 'granted', refuse: 'refused', expire: 'expired', withdraw: 'withdrawn' },
  granted: { revoke: 'revoked', lapse: 'lapsed' },
  refused: {},
  expired: {},
  revoked: {},
  lapsed: {},
  withdrawn: {},
};

const cells = CONSENT_STATES.flatMap((state) => CONSENT_COMMANDS.map((command) => [state, command] as const));

it.each(cells)('%s × %s', (state, command) => {
  const expected = EXPECTED[state][command];
  if (expected !== undefined) return expect(consentLifecycle.move(state, command)).toBe(expected);
  try {
    consentLifecycle.move(state, command);
    throw new Error('was allowed');
  } catch (error) {
    expect(isDomainError(error) && error.code).toBe('wrong_state');
  }
});

it('nobody reaches granted without having been contacted and verified (MIN-2)', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...CONSENT_COMMANDS), { maxLength: 20 }), (commands) => {
      let state: ConsentState = 'requested';
      const seen: ConsentState[] = [state];
      for (const command of commands) {
        state = consentLifecycle.next(state, command) ?? state;
        seen.push(state);
      }
      if (seen.includes('granted')) {
        expect(seen.indexOf('contacted')).toBeLessThan(seen.indexOf('verified'));
        expect(seen.indexOf('verified')).toBeLessThan(seen.indexOf('granted'));
      }
    }),
  );
});
