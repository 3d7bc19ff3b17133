import { Lifecycle, type Transitions } from '../../../kernel/lifecycle.js';

export const REVIEW_TASK_STATES = ['open', 'claimed', 'snoozed', 'done', 'cancelled'] as const;
export type ReviewTaskState = (typeof REVIEW_TASK_STATES)[number];

export type ReviewTaskCommand =
  'claim' | 'extend' | 'release' | 'expire' | 'assign' | 'snooze' | 'wake' | 'escalate' | 'complete' | 'cancel';

const TABLE = {
  open: { claim: 'claimed', assign: 'open', snooze: 'snoozed', escalate: 'open', cancel: 'cancelled' },
  claimed: {
    extend: 'claimed',
    release: 'open',
    expire: 'open',
    assign: 'open',
    snooze: 'snoozed',
    escalate: 'open',
    complete: 'done',
    cancel: 'cancelled',
  },
  snoozed: { wake: 'open', assign: 'open', cancel: 'cancelled' },
  done: {},
  cancelled: {},
} as const satisfies Transitions<ReviewTaskState, ReviewTaskCommand>;

/** One piece of work for a person. `expire` and `wake` are made by time: nothing has to run for them to be true. */
export const reviewTaskLifecycle = new Lifecycle<ReviewTaskState, ReviewTaskCommand>(
  'review task',
  'open',
  ['done', 'cancelled'],
  TABLE,
);

export interface TimedState {
  readonly state: ReviewTaskState;
  readonly leaseUntil: Date | null;
  readonly snoozedUntil: Date | null;
  /** A decision waits out its undo window: the claim holds until it is in effect or taken back. */
  readonly decidingUntil?: Date | null;
}

/** The state at `now`: a lease that ran out and a snooze that is over count, whether or not anybody wrote it down. */
export function stateAt(task: TimedState, now: Date): ReviewTaskState {
  if (task.state === 'claimed' && (task.decidingUntil ?? null) !== null) return 'claimed';
  if (task.state === 'claimed' && task.leaseUntil !== null && task.leaseUntil <= now) return 'open';
  if (task.state === 'snoozed' && task.snoozedUntil !== null && task.snoozedUntil <= now) return 'open';
  return task.state;
}

export const isLive = (state: ReviewTaskState): boolean => !reviewTaskLifecycle.isTerminal(state);
