import { Bool, DateOnly, Enum, Instant, Int, List, Obj, Phone, Text, Uuid } from '../../platform/http/fields.js';
import { CONSENT_STATES } from './domain/consent-lifecycle.js';

const RELATIONSHIP = {
  max: 40,
  description: 'What the guardian is to the minor, in whatever word the family uses.',
  example: 'mother',
} as const;

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

export class GuardianQuietHoursDto {
  @Text({ max: 5, pattern: TIME, description: '`HH:MM`, Asia/Shanghai.', example: '21:30' })
  from: string;

  @Text({ max: 5, pattern: TIME, example: '07:00' })
  to: string;
}

export class GuardianLimitsDto {
  @Int({ min: 0, max: 1440, nullable: true, description: 'Minutes a day; null for the platform default.', example: 60 })
  minutesPerDay: number | null;

  @Obj(() => GuardianQuietHoursDto, { nullable: true, description: 'Null for the platform default.' })
  quietHours: GuardianQuietHoursDto | null;
}

export class SetLimitsDto extends GuardianLimitsDto {
  @Text({ max: 12, description: 'The one-time code sent to the guardian.', example: '493027' })
  code: string;
}

export class GuardianDecisionDto {
  @Enum(['granted', 'refused'])
  decision: 'granted' | 'refused';

  @Text({ max: 12, optional: true, description: 'Needed to consent; refusing needs none.', example: '493027' })
  code?: string;

  @Text({ max: 60, optional: true, description: 'Needed to consent.', example: '王芳' })
  guardianName?: string;

  @Text({ ...RELATIONSHIP, optional: true })
  relationship?: string;

  @Bool({ optional: true, description: 'True: this is not my child. Counts as a refusal.', example: false })
  notMyChild?: boolean;
}

export class GuardianCodeDto {
  @Text({ max: 12, description: 'The one-time code sent to the guardian.', example: '493027' })
  code: string;
}

export class NameGuardianDto {
  @Phone({ description: "The guardian's own number; it must differ from the minor's." })
  phone: string;

  @Text(RELATIONSHIP)
  relationship: string;
}

class EvidenceStepDto {
  @Text({ max: 40, example: 'verified' })
  step: string;

  @Text({ max: 40, example: 'sms_code' })
  method: string;

  @Instant()
  at: string;
}

class AgreementToAcceptDto {
  @Text({ max: 100, example: 'user_agreement' })
  documentId: string;

  @Text({ max: 40, example: '2025-01-20' })
  version: string;
}

class WaitingAgreementDto extends AgreementToAcceptDto {
  @Instant({ description: 'When it takes effect.' })
  since: string;
}

export class AcceptForWardDto {
  @Text({ max: 12, description: 'The one-time code sent to the guardian.', example: '493027' })
  code: string;

  @List(() => AgreementToAcceptDto, { max: 10, min: 1 })
  acceptances: AgreementToAcceptDto[];
}

/** How the child's deregistration stands (2.5). */
export class WardLeavingDto {
  @Uuid()
  id: string;

  @Text({ max: 30, example: 'cooling_off' })
  state: string;

  @Instant({ description: 'Until then at least it can be withdrawn.' })
  coolingOffEndsAt: string;

  @DateOnly({ description: 'By the end of this day it has to be done: the legal limit.', example: '2026-12-14' })
  dueDay: string;

  @Bool({ example: false, description: 'The holidays on the way to it are not published yet: the day may move.' })
  dueProvisional: boolean;
}

export class WardLeavingAppliedDto extends WardLeavingDto {
  @Text({
    max: 43,
    example: 'x'.repeat(43),
    description: 'Shown once. Opens `GET /v1/deregistrations/{id}/status`, withdrawal and receipt without signing in.',
  })
  accessToken: string;
}

/** What the page behind the link shows. Nothing here tells a stranger who the child is beyond a masked number. */
export class GuardianPageDto {
  @Uuid()
  consentId: string;

  @Enum(CONSENT_STATES)
  state: string;

  @Text({ max: 40, description: "The child's number, masked.", example: '138****8000' })
  wardPhone: string;

  @Text({ max: 20, description: 'Age band of the child.', example: '8_13' })
  band: string;

  @Text({ max: 40, description: "The guardian's number, masked: where the code goes.", example: '139****9000' })
  guardianPhone: string;

  @Text({ max: 40 })
  relationship: string;

  @Instant({ description: 'Without a decision until then the request expires.' })
  decideBefore: string;

  @Bool({ description: 'Consenting, limits, revoking and leaving need a one-time code; refusing does not.' })
  codeNeeded: boolean;

  @Obj(() => GuardianLimitsDto, { description: 'Chosen by the guardian.' })
  limits: GuardianLimitsDto;

  @Obj(() => GuardianLimitsDto, { description: 'In force, with the platform defaults.' })
  effectiveLimits: GuardianLimitsDto;

  @List(() => AgreementToAcceptDto, { max: 10, description: 'What the guardian agrees to for the child.' })
  agreements: AgreementToAcceptDto[];

  @List(() => WaitingAgreementDto, {
    max: 20,
    description: 'Revisions that wait for the guardian’s acceptance for the child, announced ones included (9.1).',
  })
  pendingAgreements: WaitingAgreementDto[];

  @Obj(() => WardLeavingDto, { nullable: true, description: 'While a deregistration of the account is on its way.' })
  leaving: WardLeavingDto | null;

  @List('text', {
    max: 10,
    description: 'What this guardian can do now.',
    values: ['decide', 'accept_agreements', 'limit', 'revoke', 'deregister', 'withdraw'],
  })
  actions: string[];
}

/** What the minor sees about their own request. */
export class MyGuardianConsentDto {
  @Enum(CONSENT_STATES)
  state: string;

  @Text({ max: 40, example: '139****9000' })
  guardianPhone: string;

  @Text({ max: 40 })
  relationship: string;

  @Instant()
  requestedAt: string;

  @Instant()
  decideBefore: string;

  @Instant({ nullable: true })
  decidedAt: string | null;

  @Bool({ description: 'Another guardian may be named now; a request without an answer ends with that.' })
  canNameAnother: boolean;

  @Bool({ description: 'The link can be sent to the same number once more.' })
  canSendLink: boolean;
}

/** For staff: the consent and the proof of each step, without contents. */
export class GuardianConsentRecordDto extends MyGuardianConsentDto {
  @Uuid()
  consentId: string;

  @List(() => EvidenceStepDto, { max: 100 })
  evidence: EvidenceStepDto[];
}

export class GuardianCodeSentDto {
  @Instant()
  expiresAt: string;

  @Int({ min: 0, max: 3600, example: 60 })
  resendAfterSeconds: number;
}

export class GuardianConsentRecordsDto {
  @List(() => GuardianConsentRecordDto, { max: 50 })
  items: GuardianConsentRecordDto[];
}
