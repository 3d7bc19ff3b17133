import { Lifecycle, type Transitions } from '../../../kernel/lifecycle.js';

export const CORRECTION_STATES = ['in_review', 'accepted', 'returned', 'refused', 'withdrawn'] as const;
export type CorrectionState = (typeof CORRECTION_STATES)[number];
export type CorrectionCommand = 'accept' | 'return' | 'refuse' | 'withdraw';

const TABLE = {
  in_review: { accept: 'accepted', return: 'returned', refuse: 'refused', withdraw: 'withdrawn' },
  accepted: {},
  returned: {},
  refused: {},
  withdrawn: {},
} as const satisfies Transitions<CorrectionState, CorrectionCommand>;

/** 2.2, 2.3(1): what a person says is right instead. Another try is another correction. */
export const informationCorrectionLifecycle = new Lifecycle<CorrectionState, CorrectionCommand>(
  'information correction',
  'in_review',
  ['accepted', 'returned', 'refused', 'withdrawn'],
  TABLE,
);
