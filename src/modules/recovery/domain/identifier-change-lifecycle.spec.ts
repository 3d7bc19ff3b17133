import { isDomainError } from '../../../kernel/domain-error.js';
import { CHANGE_STATES, type ChangeCommand, identifierChangeLifecycle } from './identifier-change-lifecycle.js';

const COMMANDS: ChangeCommand[] = ['prove', 'complete', 'object', 'withdraw', 'expire', 'fail'];
const EXPECTED: Record<string, string> = {
  'requested prove': 'cooling_off',
  'requested withdraw': 'withdrawn',
  'requested expire': 'expired',
  'cooling_off complete': 'completed',
  'cooling_off object': 'objected',
  'cooling_off withdraw': 'withdrawn',
  'cooling_off fail': 'failed',
};

it.each(CHANGE_STATES.flatMap((s) => COMMANDS.map((c) => [s, c] as const)))('%s × %s', (state, command) => {
  const expected = EXPECTED[`${state} ${command}`];
  if (expected !== undefined) return expect(identifierChangeLifecycle.move(state, command)).toBe(expected);
  try {
    identifierChangeLifecycle.move(state, command);
    throw new Error('moved');
  } catch (error) {
    expect(isDomainError(error)).toBe(true);
  }
});
