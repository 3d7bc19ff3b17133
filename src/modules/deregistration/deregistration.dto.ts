import { Bool, DateOnly, Enum, Instant, Int, Json, List, Obj, Text, Uuid } from '../../platform/http/fields.js';
import { PageQuery } from '../../platform/http/paging.js';
import { DEREGISTRATION_STATES } from './domain/deregistration-lifecycle.js';
import { OBLIGATION_KINDS } from './domain/obstacles.js';
import { APPROVAL_REASONS, REJECTION_REASONS } from './domain/reasons.js';

const REASON_CODES = [...APPROVAL_REASONS, ...REJECTION_REASONS.map((r) => r.code)];
const SHA256 = /^[0-9a-f]{64}$/;
const SAMPLE_HASH = '3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7';

export class TextsDto {
  @Text({ max: 1000, example: '请先结清欠款。' })
  zh: string;

  @Text({ max: 1000, example: 'Pay the open invoice.' })
  en: string;
}

export class AgreedClassDto {
  @Text({ max: 64, example: 'feedback' })
  recordClass: string;

  @Text({ max: 64, pattern: SHA256, example: SAMPLE_HASH, description: 'Digest of what the preview told about it.' })
  digest: string;
}

export class ApplyDto {
  @Text({ max: 6, pattern: /^\d{6}$/, example: '123456', description: 'A fresh one-time code; see `POST …/codes`.' })
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

export class LegalReferenceDto {
  @Text({ max: 200, example: '网络安全法' })
  instrument: string;

  @Text({ max: 100, example: '23(3)' })
  article: string;
}

export class PlanBasisDto {
  @Text({ max: 20, example: 'statutory' })
  kind: string;

  @List(() => LegalReferenceDto, { max: 20 })
  references: LegalReferenceDto[];
}

export class PlannedClassDto {
  @Text({ max: 64, example: 'access_log' })
  recordClass: string;

  @Obj(() => TextsDto, { nullable: true })
  title: TextsDto | null;

  @Enum(['erase', 'seal', 'keep'], {
    description: 'erase: goes. seal: kept sealed. keep: stays in place for its time.',
  })
  disposition: string;

  @Int({ min: 0, max: 2_147_483_647, nullable: true, example: 3 })
  count: number | null;

  @Obj(() => PlanBasisDto, { nullable: true })
  basis: PlanBasisDto | null;

  @Obj(() => TextsDto, { nullable: true, description: 'Why it cannot go at once.' })
  reason: TextsDto | null;

  @Instant({ nullable: true })
  until: string | null;

  @List('text', { max: 20, example: ['legal'] })
  readers: string[];

  @List('text', { max: 200, example: [], description: 'Legal holds that defer it.' })
  holds: string[];
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

export class PlanDto {
  @Text({ max: 64, example: SAMPLE_HASH, description: 'Send it back with the decision.' })
  planHash: string;

  @Text({ max: 50, example: '2026-11-23' })
  policyVersion: string;

  @Text({ max: 64, example: SAMPLE_HASH })
  policySha256: string;

  @List(() => PlannedClassDto, { max: 200 })
  classes: PlannedClassDto[];

  @List('text', { max: 100, example: ['chat-history'] })
  participants: string[];
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

export class PartialReasonDto {
  @Text({ max: 20, example: 'erase_outside' })
  phase: string;

  @Text({ max: 64, example: 'billing' })
  unit: string;

  @Text({ max: 64, example: 'acknowledgement_overdue' })
  reason: string;
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
}

export class ListQuery extends PageQuery {
  @Enum(DEREGISTRATION_STATES, { optional: true })
  state?: string;

  @Bool({ optional: true, description: 'Only open ones past their due date.' })
  overdue?: boolean;
}

export class DeregistrationItemDto {
  @Uuid()
  id: string;

  @Uuid()
  accountId: string;

  @Enum(DEREGISTRATION_STATES)
  state: string;

  @Int({ min: 1, max: 2_147_483_647, example: 3 })
  version: number;

  @Text({ max: 20, example: 'account', description: 'account or guardian' })
  requestedBy: string;

  @Instant()
  requestedAt: string;

  @Instant()
  dueAt: string;

  @Bool({ example: false })
  dueProvisional: boolean;

  @Bool({ example: false })
  overdue: boolean;
}

export class UnitDto {
  @Text({ max: 20, example: 'erase_inside' })
  phase: string;

  @Text({ max: 64, example: 'access_log' })
  unit: string;

  @Enum(['planned', 'deferred', 'running', 'done', 'failed'])
  state: string;

  @Int({ min: 0, max: 2_147_483_647, example: 1 })
  attempts: number;

  @Instant({ nullable: true })
  nextAttemptAt: string | null;

  @Instant({ nullable: true })
  doneAt: string | null;

  @Text({ max: 100, nullable: true, example: null })
  lastError: string | null;
}

export class DeregistrationDto extends DeregistrationItemDto {
  @Text({
    max: 30,
    example: 'active',
    description: 'The state of the account that withdrawal or rejection returns to.',
  })
  accountStateBefore: string;

  @Text({ max: 1000, nullable: true, example: null, description: 'In the person’s own words.' })
  reason: string | null;

  @Obj(() => PlanDto)
  plan: PlanDto;

  @List(() => UnitDto, { max: 1000 })
  units: UnitDto[];

  @Instant({ nullable: true })
  decidedAt: string | null;

  @Json({ nullable: true, description: 'Who decided: kind, id, role.', example: null })
  decidedBy: object | null;

  @Text({ max: 64, nullable: true, example: null })
  decisionReasonCode: string | null;

  @Text({ max: 2000, nullable: true, example: null })
  note: string | null;

  @Json({ nullable: true, description: 'Conditions of an automatic approval, each with its outcome.', example: null })
  automatic: object | null;

  @Instant({ nullable: true })
  finalNoticeAt: string | null;

  @Instant({ nullable: true })
  executionStartedAt: string | null;

  @Instant({ nullable: true })
  completedAt: string | null;

  @List(() => PartialReasonDto, { max: 200 })
  unfinished: PartialReasonDto[];
}

export class DeregistrationDecisionDto {
  @Enum(['approve', 'reject'])
  decision: 'approve' | 'reject';

  @Enum(REASON_CODES, { example: 'conditions_met' })
  reasonCode: string;

  @Text({ max: 2000, optional: true, example: '已核对。' })
  note?: string;

  @Text({
    max: 64,
    pattern: SHA256,
    optional: true,
    example: SAMPLE_HASH,
    description:
      'Hash of the plan that you saw: refused with 409 if it is another one by now. Without it `If-Match` alone binds ' +
      'the decision, and the plan of this moment is the one that is frozen.',
  })
  planHash?: string;
}

export class RejectionReasonDto {
  @Text({ max: 64, example: 'takeover_suspected' })
  code: string;

  @Obj(() => TextsDto)
  meaning: TextsDto;

  @Obj(() => TextsDto)
  nextStep: TextsDto;
}

export class RejectionReasonsDto {
  @List(() => RejectionReasonDto, { max: 50 })
  items: RejectionReasonDto[];
}

export class CountsDto {
  @Int({ min: 0, max: 2_147_483_647, optional: true, example: 12 })
  erased?: number;

  @Int({ min: 0, max: 2_147_483_647, optional: true, example: 0 })
  retained?: number;
}

export class AcknowledgementDto {
  @Text({ max: 63, pattern: /^[a-z][a-z0-9-]{0,62}$/, example: 'chat-history' })
  participant: string;

  @Enum(['fence', 'erase'])
  phase: 'fence' | 'erase';

  @Enum(['done', 'refused'], { description: 'An answer that says "refused" is a refusal.' })
  outcome: 'done' | 'refused';

  @Obj(() => CountsDto, { optional: true })
  counts?: CountsDto;

  @Text({
    max: 64,
    pattern: /^[a-z][a-z0-9_]{0,63}$/,
    optional: true,
    example: 'account_unknown',
    description: 'A code, no sentence.',
  })
  reason?: string;
}

export class AcknowledgedDto {
  @Enum(['accepted', 'refusal', 'duplicate'])
  disposition: string;
}

export class ObligationDto {
  @Enum(OBLIGATION_KINDS)
  kind: (typeof OBLIGATION_KINDS)[number];

  @Text({
    max: 100,
    pattern: /^[A-Za-z0-9._:/-]{1,100}$/,
    example: 'inv-2026-17',
    description: 'Your own opaque name for it.',
  })
  reference: string;

  @Obj(() => TextsDto, { description: 'How the person clears it.' })
  howToClear: TextsDto;
}

export class ObligationsDto {
  @Text({ max: 63, pattern: /^[a-z][a-z0-9-]{0,62}$/, example: 'billing' })
  participant: string;

  @List(() => ObligationDto, { max: 100, description: 'All there is now; an empty list clears.' })
  obligations: ObligationDto[];
}

export class ReceiptQuery {
  @Enum(['jws', 'json', 'pdf'], { optional: true, description: '`jws` (default) is what can be verified offline.' })
  format?: 'jws' | 'json' | 'pdf';
}

export class ReceiptDto {
  @Text({ max: 100_000, example: 'eyJhbGciOiJFZERTQSJ9.e30.c2ln', description: 'Compact JWS (provability).' })
  receipt: string;
}

export class DeregistrationPreviewRequestDto {
  @Enum(['approve', 'reject'])
  decision: 'approve' | 'reject';

  @Enum(REASON_CODES, { example: 'takeover_suspected' })
  reasonCode: string;
}

export class DeregistrationNoticeDto {
  @Text({ max: 20, description: 'The end of the number it goes to.', example: '…8000' })
  to: string;

  @Text({
    max: 100,
    example: 'deregistration_rejected',
    description: 'The template whose words the operator had approved.',
  })
  template: string;

  @Text({ max: 10, example: 'zh-CN' })
  language: string;

  @Json({ description: 'What the template is filled with.', example: { reason: 'takeover_suspected' } })
  params: Record<string, string>;
}

export class DeregistrationPreviewDto {
  @Obj(() => DeregistrationNoticeDto, { nullable: true, description: 'Null: nothing is sent with this decision.' })
  notice: DeregistrationNoticeDto | null;

  @Obj(() => StatusDto, { description: 'What `GET /v1/accounts/me/deregistration` would answer the person.' })
  page: StatusDto;
}
