/** A guardian was asked. */
export const CONSENT_REQUESTED = 'guardian_consent.requested';
export const CONSENT_GRANTED = 'guardian_consent.granted';
export const CONSENT_REFUSED = 'guardian_consent.refused';
export const CONSENT_EXPIRED = 'guardian_consent.expired';
export const CONSENT_REVOKED = 'guardian_consent.revoked';
export const CONSENT_LAPSED = 'guardian_consent.lapsed';
/** The minor named somebody else before there was an answer. */
export const CONSENT_WITHDRAWN = 'guardian_consent.withdrawn';
/** The guardian asks that the ward's account be deregistered (2.5). */
export const DEREGISTRATION_WANTED = 'guardian_consent.deregistration_wanted';
export const DEREGISTRATION_UNWANTED = 'guardian_consent.deregistration_unwanted';
/** Nobody consented in all the time that was given: the account ends. data: {accountId} */
export const CONSENT_NEVER_GIVEN = 'guardian_consent.never_given';
/** The guardian agreed to a revision for the minor (9.1, AGR-2). */
export const AGREEMENTS_ACCEPTED = 'guardian_consent.agreements_accepted';
/** The same guardian is reached at another number from now on. */
export const GUARDIAN_NUMBER_CHANGED = 'guardian_consent.number_changed';
export const LIMITS_CHANGED = 'guardian_consent.limits_changed';
