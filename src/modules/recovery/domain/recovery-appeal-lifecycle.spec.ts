import { APPEAL_STATES, type AppealCommand, recoveryAppealLifecycle } from './recovery-appeal-lifecycle.js';

const COMMANDS: AppealCommand[] = ['accept', 'reject', 'complete', 'object', 'fail'];
const EXPECTED: Record<string, string> = {
  'in_review accept': 'accepted',
  'in_review reject': 'rejected',
  'accepted complete': 'completed',
  'accepted object': 'objected',
  'accepted fail': 'failed',
};

it.each(APPEAL_STATES.flatMap((s) => COMMANDS.map((c) => [s, c] as const)))('%s × %s', (state, command) => {
  expect(recoveryAppealLifecycle.next(state, command)).toBe(EXPECTED[`${state} ${command}`]);
});
