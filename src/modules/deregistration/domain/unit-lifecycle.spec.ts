import { type UnitCommand, unitLifecycle, type UnitState } from './unit-lifecycle.js';

const EXPECTED: Record<UnitState, Partial<Record<UnitCommand, UnitState>>> = {
  planned: { claim: 'running', defer: 'deferred' },
  deferred: { release_hold: 'planned' },
  running: { finish: 'done', fail: 'failed', claim: 'running', defer: 'deferred', give_back: 'planned' },
  failed: { claim: 'running', defer: 'deferred', finish: 'done' },
  done: {},
};

describe('the life of an erasure unit', () => {
  it.each(unitLifecycle.states.flatMap((s) => unitLifecycle.commands.map((c) => [s, c] as const)))(
    '%s × %s',
    (s, c) => {
      expect(unitLifecycle.next(s, c)).toBe(EXPECTED[s][c]);
    },
  );

  it('never undoes what is done', () => expect(unitLifecycle.possible('done')).toEqual([]));
});
