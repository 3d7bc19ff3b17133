import { maskPhone } from '../../platform/phone/phone-number.js';
import type { UsageLimits } from './domain/usage-limits.js';
import type { OpenedConsent } from './guardian-page.service.js';
import type { GuardianLimitsDto, GuardianPageDto, WardLeavingDto } from './guardianship.dto.js';
import type { ConsentFacts } from './ward-facts.service.js';
import type { LeavingOfWard } from './ward-leaving.js';

/** What a guardian sees behind the link: numbers masked, and the acts that are open to them now. */
export function guardianPageDto(
  { consent, agreements, waiting, limits, effective, leaving }: OpenedConsent,
  ward: ConsentFacts,
): GuardianPageDto {
  const decided = consent.state === 'granted';
  const revoked = consent.state === 'revoked';
  const open = consent.state === 'contacted' || consent.state === 'verified';
  return {
    consentId: consent.id,
    state: consent.state,
    wardPhone: ward.phone === undefined ? '' : maskPhone(ward.phone),
    band: ward.band ?? '',
    guardianPhone: maskPhone(ward.guardianPhone),
    relationship: consent.relationship,
    decideBefore: consent.expiresAt.toISOString(),
    codeNeeded: decided || open || revoked,
    limits: limitsDto(limits),
    effectiveLimits: limitsDto(effective),
    agreements: agreements.map(({ documentId, version }) => ({ documentId, version })),
    pendingAgreements: waiting.map(({ documentId, version, since }) => ({
      documentId,
      version,
      since: since.toISOString(),
    })),
    leaving: leaving === undefined ? null : leavingDto(leaving),
    actions: [
      ...(decided ? [...(waiting.length > 0 ? ['accept_agreements'] : []), 'limit', 'revoke'] : []),
      // Nothing to consent to while it is being closed; withdrawn, there is again.
      ...(open && leaving === undefined ? ['decide'] : []),
      ...((decided || open || revoked) && leaving === undefined ? ['deregister'] : []),
      ...(leaving?.mayWithdraw === true ? ['withdraw'] : []),
    ],
  };
}

/** A deregistration of the ward as far as the guardian is told. */
export const leavingDto = ({ id, state, coolingOffEndsAt, dueDay, dueProvisional }: LeavingOfWard): WardLeavingDto => ({
  id,
  state,
  coolingOffEndsAt: coolingOffEndsAt.toISOString(),
  dueDay,
  dueProvisional,
});

const limitsDto = (limits: UsageLimits): GuardianLimitsDto => ({
  minutesPerDay: limits.minutesPerDay ?? null,
  quietHours: limits.quietHours ?? null,
});
