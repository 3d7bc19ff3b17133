/** What this module tells others; data carries ids and codes. */
export const INFORMATION_EVENTS = {
  /** data: {outcome, fields, dueAt} */
  disputed: 'information_dispute.opened',
  /** data: {state} */
  disputeMoved: 'information_dispute.changed',
  correctionFiled: 'information_correction.filed',
  /** data: {kind, state, reasonCode} */
  correctionDecided: 'information_correction.decided',
  correctionWithdrawn: 'information_correction.withdrawn',
  correctionRead: 'information_correction.read',
  /** In the log only. data: {fileId, sha256} */
  correctionFileAdded: 'information_correction.file_added',
  correctionFileRead: 'information_correction.file_read',
} as const;
