import { RUN_LIFECYCLE, type RunCommand, type RunState } from './run-lifecycle.js';

describe('a retention run', () => {
  it('does in every state exactly what the table says', () => {
    const expected: Record<RunState, Partial<Record<RunCommand, RunState>>> = {
      queued: { start: 'running', pause: 'paused', cancel: 'cancelled' },
      running: { pause: 'paused', cancel: 'cancelled', complete: 'completed', fail: 'failed' },
      paused: { resume: 'queued', cancel: 'cancelled' },
      completed: {},
      failed: {},
      cancelled: {},
    };
    for (const state of RUN_LIFECYCLE.states) {
      for (const command of RUN_LIFECYCLE.commands)
        expect(RUN_LIFECYCLE.next(state, command)).toBe(expected[state][command]);
      expect(RUN_LIFECYCLE.isTerminal(state)).toBe(Object.keys(expected[state]).length === 0);
    }
  });
});
