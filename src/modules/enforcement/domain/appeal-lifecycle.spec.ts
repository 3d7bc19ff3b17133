import { type AppealCommand, type AppealState, appealLifecycle as lifecycle } from './appeal-lifecycle.js';

const decided = { uphold: 'upheld', overturn: 'overturned', vary: 'varied', withdraw: 'withdrawn' } as const;
const EXPECTED: Record<AppealState, Partial<Record<AppealCommand, AppealState>>> = {
  filed: { take_up: 'in_review', find_late: 'out_of_time', ...decided },
  in_review: decided,
  upheld: {},
  overturned: {},
  varied: {},
  withdrawn: {},
  out_of_time: {},
};

describe('the life of an appeal', () => {
  const pairs = lifecycle.states.flatMap((state) => lifecycle.commands.map((command) => [state, command] as const));
  it.each(pairs)('%s × %s', (state, command) => expect(lifecycle.next(state, command)).toBe(EXPECTED[state][command]));
});
