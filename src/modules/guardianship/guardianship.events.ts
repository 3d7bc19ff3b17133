/** A guardian was asked. */
export const CONSENT_REQUESTED = 'guardian_consent.requested';
/** A link waits to be sent to the guardian. Inside the house only. */
export const LINK_REQUESTED = 'guardian_consent.link_requested';
export const CONSENT_GRANTED = 'guardian_consent.granted';
export const CONSENT_REFUSED = 'guardian_consent.refused';
export const CONSENT_EXPIRED = 'guardian_consent.expired';
export const CONSENT_REVOKED = 'guardian_consent.revoked';
export const CONSENT_LAPSED = 'guardian_consent.lapsed';
export const LIMITS_CHANGED = 'guardian_consent.limits_changed';

/** Data of all of them. */
export interface GuardianConsentEvent {
  readonly consentId: string;
  readonly accountId: string;
}
