import { allowedActions, type TaskFacts, whyNot } from './allowed-actions.js';

const task: TaskFacts = {
  state: 'open',
  assignee: null,
  reservedFor: null,
  conflictIds: ['carol'],
  roles: ['moderator'],
  decidingUntil: null,
};
const alice = { id: 'alice', roles: ['moderator'] };
const carol = { id: 'carol', roles: ['moderator'] };
const claimed: TaskFacts = { ...task, state: 'claimed', assignee: 'alice' };

describe('what a person may do with a task', () => {
  it('offers an open task to whoever has the role and no conflict', () => {
    expect(whyNot('claim', task, alice)).toBeNull();
    expect(whyNot('claim', task, carol)).toBe('conflict_of_interest');
    expect(whyNot('claim', task, { id: 'olga', roles: ['ops'] })).toBe('role_needed');
    expect(whyNot('claim', { ...task, reservedFor: 'bob' }, alice)).toBe('reserved_for_other');
  });

  it('lets only the holder decide, extend and release', () => {
    for (const action of ['decide', 'heartbeat', 'release'] as const) {
      expect(whyNot(action, claimed, alice)).toBeNull();
      expect(whyNot(action, claimed, { id: 'bob', roles: ['moderator'] })).toBe('claimed_by_other');
      expect(whyNot(action, task, alice)).toBe('not_claimed');
    }
    expect(whyNot('claim', claimed, alice)).toBe('already_yours');
  });

  it('lets whoever could work on it skip it, whether or not somebody has it', () => {
    for (const given of [task, claimed]) expect(whyNot('skip', given, { id: 'bob', roles: ['moderator'] })).toBeNull();
    expect(whyNot('skip', { ...task, state: 'snoozed' }, alice)).toBe('snoozed');
    expect(whyNot('skip', task, carol)).toBe('conflict_of_interest');
    expect(whyNot('skip', task, { id: 'olga', roles: ['ops'] })).toBe('role_needed');
  });

  it('lets a lead, and nobody else, hand work to others', () => {
    expect(whyNot('assign', claimed, { id: 'lee', roles: ['senior_moderator'] })).toBeNull();
    expect(whyNot('assign', claimed, alice)).toBe('senior_only');
  });

  it('leaves a task alone while a decision about it waits out its undo window', () => {
    const held = { ...claimed, decidingUntil: new Date(0) };
    const lead = { id: 'lee', roles: ['senior_moderator'] };
    for (const worker of [alice, lead])
      for (const action of ['claim', 'decide', 'release', 'skip', 'assign', 'snooze', 'escalate'] as const)
        expect(whyNot(action, held, worker)).toBe('decision_held');
    expect(whyNot('heartbeat', held, alice)).toBeNull();
  });

  it('gives a reason for every action that is disabled, and none for what is allowed', () => {
    const states = ['open', 'claimed', 'snoozed', 'done', 'cancelled'] as const;
    for (const state of states) {
      for (const { allowed, reason } of allowedActions({ ...task, state, assignee: 'bob' }, alice))
        expect(allowed).toBe(reason === null);
    }
    expect(allowedActions({ ...task, state: 'done' }, alice).every((a) => a.reason === 'ended')).toBe(true);
  });
});
