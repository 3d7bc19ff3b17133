import { RECORD_KEY_LIFECYCLE, type RecordKeyCommand, type RecordKeyState } from './record-key-lifecycle.js';

describe('a record key', () => {
  it('goes one way, and no command makes a destroyed key again (R8)', () => {
    const expected: Record<RecordKeyState, Partial<Record<RecordKeyCommand, RecordKeyState>>> = {
      live: { schedule: 'destroy_scheduled' },
      destroy_scheduled: { destroy: 'destroyed' },
      destroyed: {},
    };
    for (const state of RECORD_KEY_LIFECYCLE.states) {
      for (const command of RECORD_KEY_LIFECYCLE.commands) {
        expect(RECORD_KEY_LIFECYCLE.next(state, command)).toBe(expected[state][command]);
      }
    }
  });
});
