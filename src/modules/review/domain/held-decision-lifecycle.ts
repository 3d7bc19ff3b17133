import { Lifecycle } from '../../../kernel/lifecycle.js';

export const HELD_DECISION_STATES = ['held', 'in_effect', 'undone', 'refused'] as const;
export type HeldDecisionState = (typeof HELD_DECISION_STATES)[number];
export type HeldDecisionCommand = 'take_effect' | 'undo' | 'refuse';

/** `refused`: when its time came, the matter had become another one; who decided is told and decides again. */
export const heldDecisionLifecycle = new Lifecycle<HeldDecisionState, HeldDecisionCommand>(
  'held decision',
  'held',
  ['in_effect', 'undone', 'refused'],
  {
    held: { take_effect: 'in_effect', undo: 'undone', refuse: 'refused' },
    in_effect: {},
    undone: {},
    refused: {},
  },
);

/** Up to the last moment it can be taken back; from then on it is in effect, whenever that is written down. */
export const mayUndo = (takesEffectAt: Date, now: Date): boolean => now < takesEffectAt;
