import { caseActions, type CaseFacts } from './case-actions.js';
import { CASE_STATES, UNDECIDED_CASES } from './case-lifecycle.js';

const alice = { id: 'alice', roles: ['moderator'] };

describe('what can be done with a case besides deciding it', () => {
  const of = (found: Partial<CaseFacts>, reader = alice) =>
    Object.fromEntries(
      caseActions({ state: 'open', conflictIds: [], awaitsApproval: false, ...found }, reader).map((each) => [
        each.action,
        each.reason,
      ]),
    );

  it.each(CASE_STATES)('%s: parted and put together while undecided, looked at again afterwards', (state) => {
    const [merged, undecided] = [state === 'merged', UNDECIDED_CASES.includes(state)];
    const parting = merged ? 'case_merged' : undecided ? null : 'case_decided';
    const again = merged ? 'case_merged' : undecided ? 'case_undecided' : null;
    expect(of({ state })).toEqual({ add_note: null, add_file: null, split: parting, merge: parting, reopen: again });
  });

  it('whoever reported it themselves says what they know, and does nothing else with it', () => {
    expect(of({ conflictIds: ['alice'] })).toMatchObject({
      add_note: null,
      add_file: 'conflict_of_interest',
      split: 'conflict_of_interest',
      merge: 'conflict_of_interest',
    });
  });

  it('is not opened again while a second person is asked', () => {
    expect(of({ state: 'decided', awaitsApproval: true })).toMatchObject({ reopen: 'decision_pending' });
  });

  it('legal adds evidence and nothing else; an auditor reads', () => {
    const legal = of({}, { id: 'carol', roles: ['legal'] });
    expect(legal).toMatchObject({ add_note: null, add_file: null, split: 'role_needed', merge: 'role_needed' });
    expect(new Set(Object.values(of({}, { id: 'dave', roles: ['auditor'] })))).toEqual(new Set(['role_needed']));
  });
});
