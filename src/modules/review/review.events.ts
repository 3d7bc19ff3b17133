/** What this module tells others. */
export const REVIEW_EVENTS = {
  opened: 'review_task.opened',
  claimed: 'review_task.claimed',
  released: 'review_task.released',
  skipped: 'review_task.skipped',
  assigned: 'review_task.assigned',
  snoozed: 'review_task.snoozed',
  escalated: 'review_task.escalated',
  completed: 'review_task.completed',
  cancelled: 'review_task.cancelled',
  evidenceRevealed: 'evidence.revealed',
  decisionHeld: 'review_decision.held',
  decisionUndone: 'review_decision.undone',
  decisionRefused: 'review_decision.refused',
} as const;
