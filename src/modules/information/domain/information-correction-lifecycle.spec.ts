import {
  CORRECTION_STATES,
  type CorrectionCommand,
  informationCorrectionLifecycle,
} from './information-correction-lifecycle.js';

const COMMANDS: CorrectionCommand[] = ['accept', 'return', 'refuse', 'withdraw'];
const EXPECTED: Record<string, string> = {
  'in_review accept': 'accepted',
  'in_review return': 'returned',
  'in_review refuse': 'refused',
  'in_review withdraw': 'withdrawn',
};

it.each(CORRECTION_STATES.flatMap((s) => COMMANDS.map((c) => [s, c] as const)))('%s × %s', (state, command) => {
  expect(informationCorrectionLifecycle.next(state, command)).toBe(EXPECTED[`${state} ${command}`]);
});
