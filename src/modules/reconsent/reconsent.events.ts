export const RECONSENT_EVENTS = {
  /** Somebody came of age and is asked for their own acceptance (2.1). data: {band, dueAt} */
  ownAcceptanceAsked: 'account.own_acceptance_asked',
  /** data: {versions} */
  ownAcceptanceGiven: 'account.own_acceptance_given',
  /** Somebody was shown a revision and went on using the service (9.1). data: {documentId, version, noticeShownAt} */
  acceptedByUse: 'account.agreement_accepted_by_use',
  /** A revision waits for the guardian of a minor (preamble, 2.1). data: {versions} */
  guardianAcceptanceAsked: 'account.guardian_acceptance_asked',
} as const;
