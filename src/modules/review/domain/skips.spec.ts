import { mustHandUp, skipsThatEnd, staysSkipped, type TaskHappening } from './skips.js';

const still = (what: TaskHappening, staffId: string, who: { by: string; to?: string } = { by: 'bob' }): boolean =>
  staysSkipped(staffId, skipsThatEnd(what, who));

describe('a task that somebody skipped', () => {
  it('is not dealt to them again for what others do with it', () => {
    for (const what of ['released', 'snoozed', 'woken', 'conflict_added', 'handed_up_for_skips'] as const)
      expect(still(what, 'alice')).toBe(true);
    expect(still('claimed', 'alice')).toBe(true);
  });

  it('is theirs again when they take it by itself', () => {
    expect(still('claimed', 'alice', { by: 'alice' })).toBe(false);
  });

  it('is dealt again to whom it is handed over, and to nobody else', () => {
    expect(still('assigned', 'alice', { by: 'lee', to: 'alice' })).toBe(false);
    expect(still('assigned', 'carol', { by: 'lee', to: 'alice' })).toBe(true);
  });

  it('is dealt again to all when it became another matter: new evidence, asked for anew, more urgent', () => {
    for (const what of ['renewed', 'more_urgent'] as const) {
      expect(still(what, 'alice')).toBe(false);
      expect(still(what, 'alice', { by: 'alice' })).toBe(false);
    }
  });

  it('that somebody hands up with a reason is dealt again to all but them', () => {
    expect(still('escalated', 'alice')).toBe(false);
    expect(still('escalated', 'alice', { by: 'alice' })).toBe(true);
  });
});

describe('a task that everybody skips', () => {
  const task = { state: 'open', escalatedAt: null, roles: ['moderator', 'senior_moderator'] } as const;

  it('is handed up once so many did, and not before', () => {
    expect(mustHandUp(task, 2, 3)).toBe(false);
    expect(mustHandUp(task, 3, 3)).toBe(true);
  });

  it('is not handed up twice, nor past those who may take it, nor out of the hands of somebody', () => {
    expect(mustHandUp({ ...task, escalatedAt: new Date(0) }, 9, 3)).toBe(false);
    expect(mustHandUp({ ...task, roles: ['legal'] }, 9, 3)).toBe(false);
    expect(mustHandUp({ ...task, state: 'claimed' }, 9, 3)).toBe(false);
  });
});
