/** What this module tells others. Data carries ids, codes and times, never a number or a name. */
export const ACCOUNT_EVENTS = {
  registered: 'account.registered',
  /** data: {from, to, command} */
  stateChanged: 'account.state_changed',
  /** data: {version, status, mayUse, nextChangeAt} */
  standingChanged: 'account.standing_changed',
  /** The owner said that somebody else uses the account (2.4); a case follows. data: {reportedMisuse} */
  frozen: 'account.frozen',
  unfrozen: 'account.unfrozen',
  /** A birthday passed a bound of clause 2.1. data: {band, before} */
  cameOfAge: 'account.came_of_age',
  /** data: {kind, reason} */
  identifierChanged: 'account.identifier_changed',
  profileChanged: 'account.profile_changed',
  dataUseObjectionChanged: 'account.data_use_objection_changed',
  /** data: {reason, count} */
  sessionsEnded: 'account.sessions_ended',
  /** An older refresh token came back: somebody else has it (row 15). data: {sessionId} */
  sessionTheftSuspected: 'account.session_theft_suspected',
} as const;
