/** What this module tells others. */
export const AUDIT_EVENTS = {
  /** data: {log, size, head, at, jws}. Keep it: a log that is rewritten or shortened later no longer matches. */
  checkpointed: 'audit.checkpointed',
} as const;
