import { Lifecycle, type Transitions } from '../../../kernel/lifecycle.js';

export type UnitState = 'planned' | 'deferred' | 'running' | 'done' | 'failed';
export type UnitCommand = 'claim' | 'defer' | 'release_hold' | 'give_back' | 'finish' | 'fail';

const TABLE = {
  planned: { claim: 'running', defer: 'deferred' },
  deferred: { release_hold: 'planned' },
  // A lease that ran out is claimed again, under the next fencing number; a full batch gives the unit back for the next.
  running: { finish: 'done', fail: 'failed', claim: 'running', defer: 'deferred', give_back: 'planned' },
  failed: { claim: 'running', defer: 'deferred', finish: 'done' },
  done: {},
} as const satisfies Transitions<UnitState, UnitCommand>;

/** One piece of a plan, done once. A late "done" of a participant finishes what its deadline had failed. */
export const unitLifecycle = new Lifecycle<UnitState, UnitCommand>('erasure unit', 'planned', ['done'], TABLE);
