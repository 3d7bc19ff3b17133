import { isLive, type ReviewTaskState } from './review-task-lifecycle.js';

export const TASK_ACTIONS = [
  'claim',
  'heartbeat',
  'decide',
  'release',
  'skip',
  'assign',
  'snooze',
  'escalate',
] as const;
export type TaskAction = (typeof TASK_ACTIONS)[number];

/** Why something is not possible for this person now. A client shows it beside the disabled button. */
export type DisabledReason =
  | 'ended'
  | 'not_claimed'
  | 'claimed_by_other'
  | 'already_yours'
  | 'reserved_for_other'
  | 'snoozed'
  | 'conflict_of_interest'
  | 'role_needed'
  | 'senior_only'
  | 'decision_held';

export interface TaskFacts {
  /** As of now, time counted. */
  readonly state: ReviewTaskState;
  readonly assignee: string | null;
  readonly reservedFor: string | null;
  readonly conflictIds: readonly string[];
  readonly roles: readonly string[];
  /** A decision about it waits out its undo window. */
  readonly decidingUntil: Date | null;
}

export interface Worker {
  readonly id: string;
  readonly roles: readonly string[];
}

export interface AllowedAction {
  readonly action: TaskAction;
  readonly allowed: boolean;
  readonly reason: DisabledReason | null;
}

/** Who may hand work to others and take it away from them. */
const LEADS = ['senior_moderator', 'admin'];
export const isLead = (worker: Worker): boolean => worker.roles.some((role) => LEADS.includes(role));

/** Everything a person can do with a task, each with whether and else why not. The server's checks are these. */
export const allowedActions = (task: TaskFacts, worker: Worker): AllowedAction[] =>
  TASK_ACTIONS.map((action) => {
    const reason = whyNot(action, task, worker);
    return { action, allowed: reason === null, reason };
  });

export function whyNot(action: TaskAction, task: TaskFacts, worker: Worker): DisabledReason | null {
  if (!isLive(task.state)) return 'ended';
  // Whoever decided may take it back; until then nobody, they included, does anything else with it.
  if (task.decidingUntil !== null && action !== 'heartbeat') return 'decision_held';
  const mine = task.state === 'claimed' && task.assignee === worker.id;
  if (action === 'assign') return isLead(worker) ? null : 'senior_only';
  if (task.conflictIds.includes(worker.id)) return 'conflict_of_interest';
  if (!task.roles.some((role) => worker.roles.includes(role))) return 'role_needed';
  if (action === 'claim') return whyNoClaim(task, worker, mine);
  // Whoever holds it: what somebody is not dealt takes nothing from anybody.
  if (action === 'skip') return task.state === 'snoozed' ? 'snoozed' : null;
  if (action === 'escalate') return task.state === 'snoozed' ? 'snoozed' : othersClaim(task, mine);
  if (action === 'snooze' && task.state === 'open') return null;
  if (mine) return null;
  return task.state === 'claimed' ? 'claimed_by_other' : 'not_claimed';
}

function whyNoClaim(task: TaskFacts, worker: Worker, mine: boolean): DisabledReason | null {
  if (mine) return 'already_yours';
  if (task.state === 'claimed') return 'claimed_by_other';
  if (task.state === 'snoozed') return 'snoozed';
  return task.reservedFor === null || task.reservedFor === worker.id ? null : 'reserved_for_other';
}

const othersClaim = (task: TaskFacts, mine: boolean): DisabledReason | null =>
  task.state === 'claimed' && !mine ? 'claimed_by_other' : null;
