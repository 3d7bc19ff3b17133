import { type ReferralCommand, referralLifecycle as lifecycle, type ReferralState } from './referral-lifecycle.js';

const EXPECTED: Record<ReferralState, Partial<Record<ReferralCommand, ReferralState>>> = {
  awaiting_approval: { approve: 'approved', decline: 'declined', lapse: 'lapsed' },
  lapsed: { propose_again: 'awaiting_approval', decline: 'declined' },
  approved: { send: 'sent', decline: 'declined' },
  sent: { answer: 'answered', close: 'closed' },
  answered: { answer: 'answered', close: 'closed' },
  closed: {},
  declined: {},
};

describe('the life of a referral (7.1)', () => {
  const pairs = lifecycle.states.flatMap((state) => lifecycle.commands.map((command) => [state, command] as const));
  it.each(pairs)('%s × %s', (state, command) => expect(lifecycle.next(state, command)).toBe(EXPECTED[state][command]));

  it('never sends what nobody approved', () =>
    expect(lifecycle.states.filter((s) => lifecycle.can(s, 'send'))).toEqual(['approved']));
});
