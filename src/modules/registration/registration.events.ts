/** What this module tells others. Data carries ids, codes and clauses, never a number, a name or a birth date. */
export const REGISTRATION_EVENTS = {
  started: 'registration.started',
  codeRequested: 'registration.code_requested',
  /** An account was opened out of it. data: {registrationId} */
  completed: 'registration.completed',
  /** The account waits for a guardian; `RegistrationService.guardianOf` says whom to ask. data: {registrationId} */
  guardianAwaited: 'registration.guardian_awaited',
  /** Held for a moderator. data: {clauses, rules} */
  held: 'registration.held',
  /** data: {refusal, clauses} */
  refused: 'registration.refused',
  expired: 'registration.expired',
} as const;
