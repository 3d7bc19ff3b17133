/** What this module tells others; data carries ids, codes and times. */
export const RECOVERY_EVENTS = {
  changeRequested: 'identifier_change.requested',
  changeProved: 'identifier_change.proved',
  changeCompleted: 'identifier_change.completed',
  /** The old holder says that it was not them. data: {origin} */
  changeObjected: 'identifier_change.objected',
  changeWithdrawn: 'identifier_change.withdrawn',
  changeExpired: 'identifier_change.expired',
  changeFailed: 'identifier_change.failed',
  /** A guardian has proved the present number and named another. data: {about} */
  guardianChangeRequested: 'guardian_change.requested',
  /**
   * A person of ours accepted that a minor's guardian has another number or is somebody else, or the guardian proved both
   * numbers. data: {about, origin, effectiveAt}
   */
  guardianChangeOpened: 'guardian_change.opened',
  guardianChangeCompleted: 'guardian_change.completed',
  guardianChangeObjected: 'guardian_change.objected',
  guardianChangeWithdrawn: 'guardian_change.withdrawn',
  guardianChangeFailed: 'guardian_change.failed',
  appealFiled: 'recovery_appeal.filed',
  appealDecided: 'recovery_appeal.decided',
  appealEnded: 'recovery_appeal.ended',
  evidenceAdded: 'recovery_appeal.evidence_added',
  evidenceRead: 'recovery_appeal.evidence_read',
  /** A row without its file: what the person sent is lost. data: {evidenceId} */
  evidenceMissing: 'recovery_appeal.evidence_missing',
  appealRead: 'recovery_appeal.read',
  misuseReviewed: 'account.misuse_reviewed',
} as const;
