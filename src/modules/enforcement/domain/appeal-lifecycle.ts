import { Lifecycle, type Transitions } from '../../../kernel/lifecycle.js';

export const APPEAL_STATES = [
  'filed',
  'in_review',
  'upheld',
  'overturned',
  'varied',
  'withdrawn',
  'out_of_time',
] as const;
export type AppealState = (typeof APPEAL_STATES)[number];
export type AppealCommand = 'take_up' | 'uphold' | 'overturn' | 'vary' | 'withdraw' | 'find_late';

const DECIDE = { uphold: 'upheld', overturn: 'overturned', vary: 'varied', withdraw: 'withdrawn' } as const;
const TABLE = {
  filed: { take_up: 'in_review', find_late: 'out_of_time', ...DECIDE },
  in_review: DECIDE,
  upheld: {},
  overturned: {},
  varied: {},
  withdrawn: {},
  out_of_time: {},
} as const satisfies Transitions<AppealState, AppealCommand>;

/** The person's request to look again (6, 7.1), or our own motion. */
export const appealLifecycle = new Lifecycle<AppealState, AppealCommand>(
  'appeal',
  'filed',
  ['upheld', 'overturned', 'varied', 'withdrawn', 'out_of_time'],
  TABLE,
);
