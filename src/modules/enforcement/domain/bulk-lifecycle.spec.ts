import { type BulkCommand, bulkLifecycle as lifecycle, type BulkState } from './bulk-lifecycle.js';

const EXPECTED: Record<BulkState, Partial<Record<BulkCommand, BulkState>>> = {
  awaiting_approval: { approve: 'running', decline: 'declined', lapse: 'lapsed' },
  running: { finish: 'done', reverse: 'reversing' },
  done: { reverse: 'reversing' },
  reversing: { finish_reversal: 'reversed' },
  declined: {},
  lapsed: {},
  reversed: {},
};

describe('the life of a bulk decision', () => {
  const pairs = lifecycle.states.flatMap((state) => lifecycle.commands.map((command) => [state, command] as const));
  it.each(pairs)('%s × %s', (state, command) => expect(lifecycle.next(state, command)).toBe(EXPECTED[state][command]));
});
