/** Facts of deregistrations, as other modules and other systems hear them. Ids, states and counts only. */
export const DEREGISTRATION_EVENTS = {
  requested: 'deregistration.requested',
  /** The calendar on which the legal day stands has grown. */
  dueDateMoved: 'deregistration.due_date_moved',
  reminder: 'deregistration.reminder_due',
  reviewOpened: 'deregistration.review_opened',
  withdrawn: 'deregistration.withdrawn',
  approved: 'deregistration.approved',
  rejected: 'deregistration.rejected',
  finalNotice: 'deregistration.final_notice_due',
  executionStarted: 'deregistration.execution_started',
  /** To participants: stop writing about this account, then acknowledge. */
  fenceRequested: 'deregistration.fence_requested',
  /** To participants: erase, then acknowledge with counts. */
  erasureRequested: 'deregistration.erasure_requested',
  partiallyExecuted: 'deregistration.partially_executed',
  resumed: 'deregistration.resumed',
  completed: 'deregistration.completed',
} as const;

/** What a participant is asked. */
export interface ParticipantRequest {
  readonly deregistrationId: string;
  readonly accountId: string;
  readonly participant: string;
  readonly phase: 'fence' | 'erase';
  readonly answerBy: string;
}
