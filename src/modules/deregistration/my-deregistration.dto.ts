import { Bool, DateOnly, Enum, Instant, Int, List, Obj, OneTimeCode, Text, Uuid } from '../../platform/http/fields.js';
import {
  ApprovalConditionDto,
  PartialReasonDto,
  PlanDto,
  TextsDto,
  ToldConsentDto,
} from './deregistration-plan.dto.js';
import { DEREGISTRATION_STATES } from './domain/deregistration-lifecycle.js';
import { OBLIGATION_KINDS } from './domain/obstacles.js';

const SHA256 = /^[0-9a-f]{64}$/;
const SAMPLE_HASH = '3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7';

export class AgreedClassDto {
  @Text({ max: 64, example: 'feedback' })
  recordClass: string;

  @Text({ max: 64, pattern: SHA256, example: SAMPLE_HASH, description: 'Digest of what the preview told about it.' })
  digest: string;
}

export class ApplyDto {
  @OneTimeCode({ description: 'A fresh one-time code; see `POST …/codes`.' })
  code: string;

  @Text({ max: 1000, optional: true, example: '不再需要', description: 'In your own words; nobody has to say why.' })
  reason?: string;

  @List(() => AgreedClassDto, {
    max: 50,
    optional: true,
    description: 'Classes that you agree to leave with us, in exactly the words told. What is not agreed to is erased.',
  })
  agreed?: AgreedClassDto[];
}

export class AppliedDto {
  @Uuid()
  id: string;

  @Enum(DEREGISTRATION_STATES, { example: 'cooling_off' })
  state: string;

  @Text({
    max: 43,
    example: 'x'.repeat(43),
    description: 'Shown once. Opens status and receipt when no session is left.',
  })
  accessToken: string;
}

export class LeaveCodeSentDto {
  @Instant()
  expiresAt: string;

  @Int({ min: 0, max: 86_400, example: 60 })
  resendAfterSeconds: number;
}

export class ObstacleDto {
  @Text({ max: 63, example: 'billing' })
  participant: string;

  @Enum(OBLIGATION_KINDS)
  kind: string;

  @Text({ max: 100, example: 'inv-2026-17' })
  reference: string;

  @Obj(() => TextsDto)
  howToClear: TextsDto;

  @Instant()
  reportedAt: string;

  @Bool({ description: 'False: pointed out only.' })
  blocking: boolean;

  @Bool({ example: false, description: 'Not repeated for so long that it no longer blocks.' })
  stale: boolean;
}

export class PreviewDto {
  @Bool({ description: 'Nothing stands in the way.' })
  mayApply: boolean;

  @Obj(() => PlanDto)
  plan: PlanDto;

  @List(() => ObstacleDto, { max: 1000 })
  obstacles: ObstacleDto[];

  @List(() => AgreedClassDto, { max: 50, description: 'Stay only if you agree; send back what you agree to.' })
  needsAgreement: AgreedClassDto[];

  @Text({ max: 20, example: 'P7D' })
  coolingOff: string;

  @Int({ min: 1, max: 60, example: 15 })
  decidedWithinWorkingDays: number;
}

export class StatusDto {
  @Uuid()
  id: string;

  @Instant({ description: 'Now, by the clock that the deadlines are kept by; the clock of a phone may be wrong.' })
  asOf: string;

  @Enum(DEREGISTRATION_STATES)
  state: string;

  @Instant()
  requestedAt: string;

  @Instant()
  coolingOffEndsAt: string;

  @DateOnly({ description: 'Last day of the legal limit, in working days of the PRC.', example: '2026-12-14' })
  dueDay: string;

  @Instant()
  dueAt: string;

  @Bool({ example: false, description: 'The holidays on the way to it are not published yet: the day may move.' })
  dueProvisional: boolean;

  @Bool()
  withdrawable: boolean;

  @Instant({ nullable: true })
  executableFrom: string | null;

  @Instant({ nullable: true })
  executionStartedAt: string | null;

  @Instant({ nullable: true })
  completedAt: string | null;

  @Instant({ nullable: true, description: 'Since when erasure is incomplete; the rest goes on.' })
  partialSince: string | null;

  @List(() => PartialReasonDto, { max: 200 })
  unfinished: PartialReasonDto[];

  @Text({ max: 64, nullable: true, example: null })
  reasonCode: string | null;

  @Obj(() => TextsDto, { nullable: true, description: 'Why it was rejected.' })
  reason: TextsDto | null;

  @Obj(() => TextsDto, { nullable: true, description: 'What you can do next.' })
  nextStep: TextsDto | null;

  @Bool({ example: false })
  receiptReady: boolean;

  @List(() => ToldConsentDto, { max: 50, description: 'What you agreed to leave with us, in the words told then.' })
  agreed: ToldConsentDto[];

  @List(() => ApprovalConditionDto, {
    max: 20,
    nullable: true,
    description: 'Approved without a person: the conditions that all held. Null: a person decides, or decided.',
  })
  automatic: ApprovalConditionDto[] | null;
}
