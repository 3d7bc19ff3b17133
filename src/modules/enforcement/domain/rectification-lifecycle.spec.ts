import {
  type RectificationCommand,
  type RectificationState,
  rectificationLifecycle as lifecycle,
} from './rectification-lifecycle.js';

const EXPECTED: Record<RectificationState, Partial<Record<RectificationCommand, RectificationState>>> = {
  ordered: { submit: 'submitted', pass_deadline: 'overdue', extend: 'ordered', withdraw: 'withdrawn' },
  submitted: { accept: 'accepted', return: 'returned', withdraw: 'withdrawn' },
  returned: { submit: 'submitted', pass_deadline: 'overdue', extend: 'returned', withdraw: 'withdrawn' },
  overdue: { submit: 'submitted', escalate: 'escalated', extend: 'ordered', withdraw: 'withdrawn' },
  escalated: { submit: 'submitted', extend: 'ordered', withdraw: 'withdrawn' },
  accepted: {},
  withdrawn: {},
};

describe('the life of an order to rectify (7.1)', () => {
  const pairs = lifecycle.states.flatMap((state) => lifecycle.commands.map((command) => [state, command] as const));
  it.each(pairs)('%s × %s', (state, command) => expect(lifecycle.next(state, command)).toBe(EXPECTED[state][command]));

  it('never runs out while our answer is what is missing', () =>
    expect(lifecycle.can('submitted', 'pass_deadline')).toBe(false));
});
