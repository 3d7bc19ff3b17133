import { Bool, Enum, Instant, Int, List, Text, Uuid } from '../../../platform/http/fields.js';
import { PageQuery } from '../../../platform/http/paging.js';
import { CLAIM_STATES } from '../domain/claim-lifecycle.js';
import { RECTIFICATION_STATES } from '../domain/rectification-lifecycle.js';
import { REFERRAL_STATES } from '../domain/referral-lifecycle.js';
import { ClaimDto } from '../claims/claims.dto.js';

const REMOVAL_STATES = ['asked', 'removed', 'not_found', 'refused', 'given_up'];
const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

export class RectificationQuery extends PageQuery {
  @Enum(RECTIFICATION_STATES, { optional: true, description: 'What is still open when absent.' })
  state?: string;

  @Bool({ optional: true, description: 'Only those past their due date.' })
  overdue?: boolean;

  @Uuid({ optional: true })
  accountId?: string;
}

export class RectificationDto {
  @Uuid()
  sanctionId: string;

  @Uuid()
  accountId: string;

  @Uuid()
  caseId: string;

  @Text({ max: 20, example: '2.3(1)' })
  clause: string;

  @Enum(RECTIFICATION_STATES)
  state: string;

  @Int({ min: 1, max: 1_000_000_000, example: 2 })
  version: number;

  @Instant()
  dueAt: string;

  @Bool({ example: false })
  overdue: boolean;

  @Instant()
  updatedAt: string;

  @Text({ max: 2000, nullable: true, description: 'What is to be put right.', example: 'Change the display name.' })
  instructions: string | null;
}

export class RectificationEntryDto {
  @Enum(['submission', 'accepted', 'returned', 'extended'])
  kind: string;

  @Bool({ description: 'By us.', example: false })
  fromStaff: boolean;

  @Text({ max: 200, nullable: true, description: 'Which of us.', example: 'alice' })
  author: string | null;

  @Text({ max: 4000, nullable: true, example: 'The display name has been changed.' })
  text: string | null;

  @Instant({ nullable: true })
  dueAt: string | null;

  @Instant()
  at: string;
}

export class RectificationDetailDto extends RectificationDto {
  @List(() => RectificationEntryDto, { max: 500 })
  entries: RectificationEntryDto[];

  @List('text', { max: 5, values: ['accept', 'return', 'extend', 'escalate'], description: 'What can be done now.' })
  actions: string[];
}

export class ReferralQuery extends PageQuery {
  @Enum(['report', 'request'], { optional: true })
  direction?: string;

  @Enum(REFERRAL_STATES, { optional: true })
  state?: string;
}

export class ReferralItemDto {
  @Uuid()
  id: string;

  @Uuid()
  caseId: string;

  @Uuid()
  accountId: string;

  @Enum(['report', 'request'])
  direction: string;

  @Enum(REFERRAL_STATES)
  state: string;

  @Text({ max: 200, example: '杭州市公安局网安支队' })
  authority: string;

  @Text({ max: 200, nullable: true, example: '公(网安)调证字〔2026〕12号' })
  documentNo: string | null;

  @Text({ max: 200, example: 'alice' })
  proposedBy: string;

  @Text({ max: 200, nullable: true, example: 'carol' })
  approvedBy: string | null;

  @Int({ min: 0, max: 500, description: 'Items of the package.', example: 4 })
  items: number;

  @Text({ max: 64, example: SHA256 })
  manifestDigest: string;

  @Instant()
  createdAt: string;

  @Instant({ description: 'The clock of the law, or the authority’s deadline.' })
  dueAt: string;

  @Bool({ example: false })
  overdue: boolean;

  @Instant({ nullable: true })
  sentAt: string | null;

  @Instant({ nullable: true })
  closedAt: string | null;
}

export class ClaimQuery extends PageQuery {
  @Enum(CLAIM_STATES, { optional: true })
  state?: string;

  @Uuid({ optional: true })
  accountId?: string;
}

export class ClaimPaymentDto {
  @Uuid()
  id: string;

  @Text({ max: 20, example: '20000' })
  amountMinor: string;

  @Text({ max: 200, example: 'BANK-2026-0042' })
  reference: string;

  @Text({ max: 200, example: 'carol' })
  recordedBy: string;

  @Instant()
  at: string;
}

export class ClaimDetailDto extends ClaimDto {
  @Text({ max: 200, nullable: true, example: '(2026)浙01民初12号' })
  reference: string | null;

  @Text({ max: 200, example: 'carol' })
  recordedBy: string;

  @List(() => ClaimPaymentDto, { max: 500, description: 'Oldest first.' })
  payments: ClaimPaymentDto[];
}

export class RemovalQuery extends PageQuery {
  @Enum(REMOVAL_STATES, { optional: true, description: '`asked` and `refused` when absent: what is still open.' })
  state?: string;

  @Text({ max: 100, optional: true, example: 'shares' })
  system?: string;
}

export class RemovalItemDto {
  @Uuid()
  id: string;

  @Uuid()
  sanctionId: string;

  @Uuid()
  accountId: string;

  @Text({ max: 100, example: 'shares' })
  system: string;

  @Text({ max: 500, example: 'share/8842' })
  contentRef: string;

  @Enum(REMOVAL_STATES)
  state: string;

  @Int({ min: 1, max: 1_000_000, example: 3 })
  attempts: number;

  @Instant()
  askedAt: string;

  @Instant({ nullable: true, description: 'When it is asked again.' })
  nextAt: string | null;

  @Instant({ nullable: true })
  answeredAt: string | null;

  @Text({ max: 1000, nullable: true, example: 'Kept for a court.' })
  note: string | null;
}

export class ContentSystemDto {
  @Text({ max: 100, example: 'shares' })
  system: string;

  @Int({ min: 0, max: 1_000_000_000, description: 'Not answered yet.', example: 2 })
  asked: number;

  @Int({ min: 0, max: 1_000_000_000, example: 1 })
  refused: number;

  @Int({ min: 0, max: 1_000_000_000, example: 40 })
  removed: number;

  @Int({ min: 0, max: 1_000_000_000, example: 3 })
  notFound: number;

  @Instant({ nullable: true, description: 'The oldest that is still open.' })
  oldestAskedAt: string | null;
}

export class ContentSystemsDto {
  @List(() => ContentSystemDto, { max: 200 })
  items: ContentSystemDto[];
}

export class RepeatedMisuseQuery extends PageQuery {
  @Int({ min: 2, max: 100, optional: true, description: 'At least so many decisions.', example: 2 })
  least?: number;

  @Enum(['P30D', 'P90D', 'P180D', 'P1Y'], {
    optional: true,
    description: 'Looking back so far; half a year by default.',
  })
  within?: string;
}

export class RepeatedMisuseDto {
  @Uuid()
  accountId: string;

  @Int({ min: 2, max: 1_000_000, example: 3 })
  decisions: number;

  @Int({ min: 0, max: 1_000_000, description: 'Strikes, frozen with each decision.', example: 4 })
  strikes: number;

  @List('text', { max: 200, example: ['3.3(9)'] })
  clauses: string[];

  @List('text', { max: 10, example: ['warning', 'suspension'] })
  measures: string[];

  @Enum(['low', 'medium', 'high', 'critical'], { description: 'Of the gravest clause.' })
  gravity: string;

  @Instant()
  firstAt: string;

  @Instant()
  lastAt: string;

  @Instant({ nullable: true, description: 'The last warning, whenever it was.' })
  warnedAt: string | null;

  @Int({ min: 0, max: 1_000_000_000, description: 'Reports about the account in the same time.', example: 5 })
  reports: number;

  @Int({ min: 0, max: 1_000_000_000, description: 'Of these, how many a decision followed.', example: 4 })
  reportsUpheld: number;
}
