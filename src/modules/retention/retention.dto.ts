import { Bool, DateOnly, Enum, Instant, Int, Json, List, Obj, Text, Uuid } from '../../platform/http/fields.js';
import { PageQuery } from '../../platform/http/paging.js';
import { STAFF_ROLES } from '../../platform/http/operation.js';
import { BASIS_KINDS, ENDINGS, EXPIRY_ACTIONS, TRIGGERS } from './domain/policy.js';

export class ToldDto {
  @Text({ max: 1000, example: 'Network logs must be kept for at least six months.' })
  en: string;

  @Text({ max: 1000, example: '网络日志依法留存不少于六个月。' })
  zh: string;
}

export class ReferenceDto {
  @Text({ max: 200, example: '网络安全法' })
  instrument: string;

  @Text({ max: 50, example: '23(3)' })
  article: string;
}

export class BasisDto {
  @Enum(BASIS_KINDS)
  kind: string;

  @List(() => ReferenceDto, { max: 20 })
  references: ReferenceDto[];
}

export class RecordClassDto {
  @Text({ max: 100, example: 'registration_identity' })
  recordClass: string;

  @Obj(() => ToldDto)
  title: ToldDto;

  @Enum(ENDINGS, { description: 'What happens when the account ends.' })
  atAccountEnd: string;

  @Obj(() => BasisDto, { nullable: true })
  basis: BasisDto | null;

  @Enum(TRIGGERS, { nullable: true, description: 'From when the period counts.' })
  trigger: string | null;

  @Text({ max: 50, nullable: true, example: 'P6M', description: 'At least this long (ISO 8601).' })
  period: string | null;

  @Enum(EXPIRY_ACTIONS, { nullable: true })
  atExpiry: string | null;

  @List('text', { max: 10, description: 'Staff roles that may read it.', values: [...STAFF_ROLES] })
  readers: string[];

  @Obj(() => ToldDto, { nullable: true, description: 'Why it cannot go at once.' })
  reason: ToldDto | null;

  @Text({ max: 50, nullable: true, example: 'P1D', description: 'Live rows go at this age at the latest.' })
  liveFor: string | null;
}

export class RetentionPolicyDto {
  @Text({ max: 100, example: '2026-11-23' })
  version: string;

  @Text({ max: 64, example: 'a3f1…', description: 'SHA-256 of the canonical policy; every plan pins it.' })
  sha256: string;

  @List(() => RecordClassDto, { max: 200 })
  recordClasses: RecordClassDto[];
}

export class RequestRunDto {
  @Bool({ description: 'Count what is due and change nothing.' })
  dryRun: boolean;

  @List('text', { max: 50, min: 1, itemMax: 100, optional: true, description: 'Only these classes; all by default.' })
  recordClasses?: string[];
}

export class RunClassDto {
  @Text({ max: 100, example: 'access_log' })
  recordClass: string;

  @Enum(['waiting', 'running', 'done', 'failed'])
  state: string;

  @Int({ min: 0, max: Number.MAX_SAFE_INTEGER, example: 120, description: 'Due when the class began.' })
  due: number;

  @Int({ min: 0, max: Number.MAX_SAFE_INTEGER, example: 118 })
  erased: number;

  @Int({ min: 0, max: Number.MAX_SAFE_INTEGER, example: 2, description: 'Due, and kept by a legal hold.' })
  held: number;

  @Int({ min: 0, max: Number.MAX_SAFE_INTEGER, example: 1 })
  batches: number;

  @Instant({ nullable: true, description: 'Oldest due record that is neither erased nor held.' })
  oldestOverdueAt: string | null;

  @Text({ max: 200, nullable: true, example: '57014' })
  error: string | null;
}

export class RunTotalsDto {
  @Int({ min: 0, max: Number.MAX_SAFE_INTEGER, example: 120 })
  due: number;

  @Int({ min: 0, max: Number.MAX_SAFE_INTEGER, example: 118 })
  erased: number;

  @Int({ min: 0, max: Number.MAX_SAFE_INTEGER, example: 2 })
  held: number;

  @Int({ min: 0, max: Number.MAX_SAFE_INTEGER, example: 0 })
  failedClasses: number;
}

export class RunSummaryDto {
  @Uuid()
  id: string;

  @Bool()
  dryRun: boolean;

  @Enum(['queued', 'running', 'paused', 'completed', 'failed', 'cancelled'])
  state: string;

  @Enum(['person', 'schedule', 'hold_released'])
  cause: string;

  @Text({ max: 100, example: '2026-11-23' })
  policyVersion: string;

  @Text({ max: 64, example: 'a3f1…' })
  policySha256: string;

  @Instant()
  requestedAt: string;

  @Instant({ nullable: true })
  startedAt: string | null;

  @Instant({ nullable: true })
  finishedAt: string | null;

  @Text({ max: 64, nullable: true, example: '9c2e…', description: 'SHA-256 of the finished report.' })
  reportSha256: string | null;
}

export class RunProposalDto {
  @Text({ max: 200 })
  by: string;

  @Instant()
  at: string;
}

export class RunDto extends RunSummaryDto {
  @List(() => RunClassDto, { max: 200 })
  classes: RunClassDto[];

  @Obj(() => RunTotalsDto)
  totals: RunTotalsDto;

  @Obj(() => RunProposalDto, { nullable: true, description: 'Of a dry run: who asked that it be carried out.' })
  proposal: RunProposalDto | null;

  @Uuid({ nullable: true, description: 'Of a dry run: the run that carried it out.' })
  startedRunId: string | null;

  @Uuid({ nullable: true, description: 'Of a run: the dry run that it carried out.' })
  basedOn: string | null;

  @List('text', {
    max: 5,
    description: 'What this caller may do with it now: `pause`, `resume`, `cancel`, `propose`, `start`.',
  })
  actions: string[];
}

export class ProposeRunDto {
  @Text({ max: 100, example: '2026-11-23', description: 'The version of the policy, typed.' })
  confirm: string;
}

export class StartRunDto extends ProposeRunDto {
  @Text({ max: 64, pattern: /^[0-9a-f]{64}$/, description: '`reportSha256` of the dry run that you saw.' })
  reportSha256: string;
}

export class RunCountsDto {
  @Int({ min: 0, max: Number.MAX_SAFE_INTEGER })
  due: number;

  @Int({ min: 0, max: Number.MAX_SAFE_INTEGER })
  held: number;
}

export class RunChangeDto {
  @Text({ max: 100, example: 'access_log' })
  recordClass: string;

  @Obj(() => RunCountsDto)
  then: RunCountsDto;

  @Obj(() => RunCountsDto)
  now: RunCountsDto;
}

export class RunChangesDto {
  @List(() => RunChangeDto, { max: 200 })
  changed: RunChangeDto[];
}

export class RunReportQuery {
  @Enum(['json', 'csv', 'html'], { optional: true, description: '`json` by default.' })
  format: string = 'json';
}

export class PlaceHoldDto {
  @Uuid({ optional: true, description: 'The subject: one account.' })
  accountId?: string;

  @Uuid({ optional: true, description: 'One enforcement case.' })
  caseId?: string;

  @List('text', { max: 50, min: 1, itemMax: 100, optional: true, description: 'Only these record classes.' })
  recordClasses?: string[];

  @Text({ max: 1000, example: 'Preservation asked for in a civil dispute.' })
  reason: string;

  @Text({ max: 200, example: '北京互联网法院', description: 'On whose authority.' })
  authority: string;

  @Text({ max: 200, example: '(2026)京0491民初1号' })
  reference: string;

  @DateOnly({ example: '2027-05-01', description: 'The day by which somebody looks at it again.' })
  reviewOn: string;
}

export class ReleaseHoldDto {
  @Text({ max: 1000, optional: true, example: 'The dispute was settled.' })
  reason?: string;
}

export class HoldQuery extends PageQuery {
  @Uuid({ optional: true })
  accountId?: string;

  @Bool({ optional: true, description: 'Only holds in force, or only released ones.' })
  active?: boolean;
}

export class HoldDto {
  @Uuid()
  id: string;

  @Enum(['subject', 'case', 'record_class'])
  scope: string;

  @Uuid({ nullable: true })
  accountId: string | null;

  @Uuid({ nullable: true })
  caseId: string | null;

  @List('text', { max: 50, nullable: true })
  recordClasses: string[] | null;

  @Text({ max: 1000, example: 'Preservation asked for in a civil dispute.' })
  reason: string;

  @Text({ max: 200, example: '北京互联网法院' })
  authority: string;

  @Text({ max: 200, example: '(2026)京0491民初1号' })
  reference: string;

  @Instant()
  reviewAt: string;

  @Bool({ description: 'The review date has passed and the hold is still in force.' })
  reviewOverdue: boolean;

  @Text({ max: 200, example: 'alice' })
  placedBy: string;

  @Instant()
  placedAt: string;

  @Text({ max: 200, nullable: true, example: 'alice' })
  releasedBy: string | null;

  @Instant({ nullable: true })
  releasedAt: string | null;

  @Text({ max: 1000, nullable: true, example: 'The dispute was settled.' })
  releaseReason: string | null;
}

export class ReadingQuery {
  @Text({ max: 200, min: 3, example: 'complaint_handling', description: 'Why it is read; on record.' })
  purpose: string;

  @Text({
    max: 200,
    example: 'CASE-2026-11-0042',
    description: 'The case, request or order that it is read for; on record.',
  })
  reference: string;
}

export class SubjectReadingQuery extends ReadingQuery {
  @Uuid({ description: 'The deregistered account.' })
  subject: string;
}

export class SubjectQuery {
  @Uuid({ description: 'The deregistered account.' })
  subject: string;
}

export class RegisterEntryDto {
  @Uuid()
  id: string;

  @Uuid()
  subject: string;

  @Text({ max: 100, example: 'registration_identity' })
  recordClass: string;

  @Enum(['sealed', 'held', 'expired'])
  state: string;

  @Obj(() => BasisDto)
  basis: BasisDto;

  @Enum(TRIGGERS)
  trigger: string;

  @Instant()
  triggerAt: string;

  @Instant({ description: 'Not readable from here on; erased by the next run.' })
  expiresAt: string;

  @Enum(EXPIRY_ACTIONS)
  atExpiry: string;

  @List('text', { max: 10 })
  readers: string[];

  @List('text', { max: 100, description: 'Legal holds in force.' })
  holds: string[];

  @Int({ min: 0, max: 2_147_483_647, example: 3, description: 'How many rows it was made of.' })
  itemCount: number;

  @Text({ max: 64, example: 'a3f1…' })
  policySha256: string;

  @Int({ min: 0, max: 2_147_483_647, example: 1 })
  timesRead: number;

  @Instant({ nullable: true })
  lastReadAt: string | null;
}

export class RegisterDto {
  @List(() => RegisterEntryDto, { max: 1000 })
  items: RegisterEntryDto[];
}

export class RetainedRecordDto extends RegisterEntryDto {
  @Json({
    nullable: true,
    description: 'What was kept, by table; null where you may not read it.',
    example: { accounts: [] },
  })
  data: Record<string, unknown> | null;

  @Enum(['role', 'expired'], { nullable: true, description: 'Why `data` is null.' })
  unreadable: string | null;
}

export class RetainedRecordsDto {
  @List(() => RetainedRecordDto, { max: 1000 })
  items: RetainedRecordDto[];
}

export class ReadDto {
  @Text({ max: 200, example: 'alice' })
  readBy: string;

  @Text({ max: 50, example: 'auditor' })
  role: string;

  @Text({ max: 200, example: 'complaint_handling' })
  purpose: string;

  @Text({ max: 200, example: 'CASE-2026-11-0042' })
  reference: string;

  @Instant()
  readAt: string;
}

export class ReadsDto {
  @List(() => ReadDto, { max: 500 })
  items: ReadDto[];
}
