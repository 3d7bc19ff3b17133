import { Bool, DateOnly, Enum, Instant, Int, Json, List, Obj, Text, Uuid } from '../../platform/http/fields.js';
import { PageQuery } from '../../platform/http/paging.js';
import { PartialReasonDto, PlanDto, TextsDto, ToldConsentDto } from './deregistration-plan.dto.js';
import { StatusDto } from './my-deregistration.dto.js';
import { DEREGISTRATION_STATES } from './domain/deregistration-lifecycle.js';
import { GROUNDS } from './deregistration.record.js';
import { APPROVAL_REASONS, REJECTION_REASONS } from './domain/reasons.js';

const REASON_CODES = [...APPROVAL_REASONS, ...REJECTION_REASONS.map((r) => r.code)];
const SHA256 = /^[0-9a-f]{64}$/;
const SAMPLE_HASH = '3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7';

export class ListQuery extends PageQuery {
  @Enum(DEREGISTRATION_STATES, { optional: true })
  state?: string;

  @Bool({ optional: true, description: 'Only open ones past their due date.' })
  overdue?: boolean;

  @Uuid({ optional: true })
  accountId?: string;
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

  @Text({ max: 20, example: 'account', description: 'account, guardian, staff or system' })
  requestedBy: string;

  @Enum(GROUNDS, { nullable: true, description: 'Why somebody else than the holder applies.' })
  ground: string | null;

  @Instant()
  requestedAt: string;

  @Instant()
  dueAt: string;

  @Bool({ example: false })
  dueProvisional: boolean;

  @Bool({ example: false })
  overdue: boolean;
}

export class OpenForDeceasedDto {
  @Uuid()
  accountId: string;

  @Text({ max: 40, example: '配偶', description: 'What the relative is to the person who died.' })
  relationship: string;

  @Text({
    max: 400,
    example: '死亡证明（2026-云-0417）、结婚证，扫描件存法务 L-2026-88',
    description: 'What was seen, where it is filed.',
  })
  evidence: string;

  @Text({
    max: 400,
    example: '避免账号被他人冒用。',
    description: 'Their own lawful and legitimate interest (PIPL 49).',
  })
  interest: string;

  @Bool({ description: 'It was looked into whether the person had arranged otherwise, and they had not.' })
  noOtherArrangement: boolean;
}

export class OpenedForDeceasedDto {
  @Uuid()
  id: string;

  @Text({ max: 43, example: 'x'.repeat(43), description: 'Shown once, for the relative: opens status and receipt.' })
  accessToken: string;

  @Instant({ description: 'Until then at least, whoever holds the number can withdraw it.' })
  coolingOffEndsAt: string;

  @DateOnly({ description: 'Last day of the legal limit.', example: '2026-12-14' })
  dueDay: string;

  @Bool({ example: false })
  dueProvisional: boolean;
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

  @List('text', {
    max: 1000,
    example: [],
    description: 'Of `verify`: tables and columns in which something of the person is left; never what it is.',
  })
  found: string[];
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

  @List(() => ToldConsentDto, { max: 50, description: 'What the person agreed to leave with us, in the words told.' })
  agreed: ToldConsentDto[];

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

  @Json({
    nullable: true,
    description:
      'Each condition of automatic approval with its outcome, also where a person decides; `sampled`: as the sample.',
    example: null,
  })
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
