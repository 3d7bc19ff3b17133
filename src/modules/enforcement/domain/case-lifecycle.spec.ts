import { type CaseCommand, type CaseState, caseLifecycle as lifecycle, UNDECIDED_CASES } from './case-lifecycle.js';

const EXPECTED: Record<CaseState, Partial<Record<CaseCommand, CaseState>>> = {
  open: { take_up: 'in_review', decide: 'decided', dismiss: 'dismissed', merge: 'merged' },
  in_review: { decide: 'decided', dismiss: 'dismissed', merge: 'merged' },
  decided: { close: 'closed', reopen: 'reopened', hold_back: 'in_review' },
  reopened: { take_up: 'in_review', decide: 'decided', dismiss: 'dismissed', merge: 'merged' },
  closed: { reopen: 'reopened' },
  dismissed: { reopen: 'reopened' },
  merged: {},
};

describe('the life of a case', () => {
  const pairs = lifecycle.states.flatMap((state) => lifecycle.commands.map((command) => [state, command] as const));
  it.each(pairs)('%s × %s', (state, command) => expect(lifecycle.next(state, command)).toBe(EXPECTED[state][command]));

  it('is decided only where it is not decided yet', () =>
    expect(lifecycle.states.filter((state) => lifecycle.can(state, 'decide'))).toEqual([...UNDECIDED_CASES]));
});
