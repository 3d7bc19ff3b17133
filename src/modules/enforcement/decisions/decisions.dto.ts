import { Bool, Enum, Instant, Int, Json, List, Obj, Text, Uuid } from '../../../platform/http/fields.js';
import { SANCTION_OUTCOMES, type SanctionOutcome } from '../domain/change-text.js';
import { NOTICE_CHOICES } from '../domain/notice.js';
import { SanctionDto } from '../sanctions/sanctions.dto.js';

export class NoticeTextDto {
  @Enum(['zh-CN', 'en'])
  language: string;

  @Text({ max: 200, example: '关于您账号的处置通知' })
  title: string;

  @Text({ max: 40_000, example: '我们对您的账号作出如下处置：…' })
  text: string;
}

export class ShownChangeDto {
  @Obj(() => NoticeTextDto, { nullable: true, description: 'In words; null once erased.' })
  notice: NoticeTextDto | null;

  @Json({
    nullable: true,
    description: 'Where the measure became longer: a statement of reasons of its own.',
    example: { explanation: '…', extends: { sanctionId: '…', endsAt: '2026-11-30T08:00:00Z' } },
  })
  statementOfReasons: Record<string, unknown> | null;
}

/** What became of a measure later, as the person reads it. */
export class ToldChangeDto extends ShownChangeDto {
  @Uuid()
  id: string;

  @Uuid()
  sanctionId: string;

  @Enum(SANCTION_OUTCOMES)
  outcome: SanctionOutcome;

  @Instant()
  at: string;
}

export class DecisionDto {
  @Uuid()
  id: string;

  @Uuid()
  caseId: string;

  @Uuid()
  accountId: string;

  @Enum(['effective', 'awaiting_approval', 'declined', 'lapsed', 'withdrawn', 'overturned', 'varied'])
  state: string;

  @Int({ min: 1, max: 1_000_000_000, example: 1 })
  version: number;

  @List('text', { max: 20, example: ['3.3(9)'] })
  clauses: string[];

  @Text({ max: 40, example: '2025-01-20' })
  agreementVersion: string;

  @Json({
    nullable: true,
    description: 'What the ladder suggested, as it was then.',
    example: { ladder: 'serious', strikeValue: 3 },
  })
  suggestion: Record<string, unknown> | null;

  @Enum(NOTICE_CHOICES)
  notice: string;

  @Instant({ nullable: true })
  noticeGivenAt: string | null;

  @Json({
    nullable: true,
    description: 'The statement of reasons; null once erased.',
    example: { facts: '…', explanation: '…' },
  })
  statementOfReasons: Record<string, unknown> | null;

  @Text({ max: 64, example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' })
  statementDigest: string;

  @Text({ max: 200, example: 'alice' })
  decidedBy: string;

  @Text({ max: 200, nullable: true, example: 'bob' })
  approvedBy: string | null;

  @Instant()
  decidedAt: string;

  @Instant({ nullable: true })
  effectiveAt: string | null;

  @List(() => SanctionDto, { max: 10 })
  sanctions: SanctionDto[];

  @List(() => ToldChangeDto, { max: 1000, description: 'What became of them later, oldest first.' })
  changes: ToldChangeDto[];
}

/** What the person reads: never who decided or reported. */
export class MyDecisionDto {
  @Uuid()
  id: string;

  @Enum(['effective', 'overturned', 'varied'])
  state: string;

  @Json({ nullable: true, example: { facts: '…', explanation: '…' } })
  statementOfReasons: Record<string, unknown> | null;

  @Obj(() => NoticeTextDto, { nullable: true, description: 'The same in words; null once erased.' })
  notice: NoticeTextDto | null;

  @Instant()
  decidedAt: string;

  @Instant()
  appealUntil: string;

  @List(() => SanctionDto, { max: 10 })
  sanctions: SanctionDto[];

  @List(() => ToldChangeDto, { max: 1000, description: 'What became of them later, oldest first.' })
  changes: ToldChangeDto[];
}

export class NoticePartDto {
  @Enum(['fixed', 'words'], { description: '`words`: a place of what the moderator writes.' })
  kind: string;

  @Text({ max: 40_000, description: 'The texts of all parts, one after the other, are the notice.' })
  text: string;

  @Text({ max: 100, optional: true, description: 'Where the request has the words.', example: '/explanation' })
  field?: string;

  @Text({ max: 500, optional: true, description: 'Stands before the words once there are any.', example: '' })
  before?: string;

  @Text({ max: 500, optional: true, description: 'Stands after the words once there are any.', example: '' })
  after?: string;
}

/** A notice while it is written: what is fixed, and the places of the words. */
export class NoticeLetterDto extends NoticeTextDto {
  @List(() => NoticePartDto, { max: 200 })
  parts: NoticePartDto[];
}

export class StandingsDto {
  @Json({ description: 'The standing as it is.', example: { status: 'suspended', mayUse: false, blocks: [] } })
  before: Record<string, unknown>;

  @Json({ description: 'The standing after the change.', example: { status: 'active', mayUse: true, blocks: [] } })
  after: Record<string, unknown>;
}

export class ChangePreviewedDto {
  @Obj(() => NoticeLetterDto, { description: 'Word for word what the person will read.' })
  notice: NoticeLetterDto;

  @Json({
    nullable: true,
    description: 'Where the measure becomes longer: a statement of reasons of its own.',
    example: { explanation: '…', extends: { sanctionId: '…', endsAt: '2026-11-30T08:00:00Z' } },
  })
  statementOfReasons: Record<string, unknown> | null;

  @Obj(() => StandingsDto, { nullable: true, description: 'Null once the account is gone.' })
  standing: StandingsDto | null;
}

export class PreviewedNoticeDto extends NoticeLetterDto {
  @Json({ example: { facts: '…', explanation: '…' } })
  statementOfReasons: Record<string, unknown>;
}

export class DecisionPreviewDto {
  @Json({ nullable: true, example: { measure: 'suspension', period: 'P7D', strikesBefore: 0, strikesAfter: 3 } })
  suggestion: Record<string, unknown> | null;

  @Bool({ description: 'Differs from the suggestion: give a reason.', example: false })
  deviates: boolean;

  @List('text', { max: 10, description: 'Why a second person is needed; empty: nobody.', example: [] })
  fourEyes: string[];

  @Json({ description: 'Everything that is wrong with it: path, code, message.', example: { items: [] } })
  problems: Record<string, unknown>;

  @Obj(() => PreviewedNoticeDto, { description: 'Word for word what the person will read.' })
  notice: PreviewedNoticeDto;

  @Json({
    description: 'The standing once all of it has begun, as `GET /v1/accounts/{id}/standing` would say it.',
    example: { status: 'suspended', mayUse: false, blocks: [{ code: 'suspension' }] },
  })
  standing: Record<string, unknown>;
}

export class DecisionEffectDto {
  @Json({ description: 'The standing as it is.', example: { status: 'active', mayUse: true, blocks: [] } })
  before: Record<string, unknown>;

  @Json({
    description: 'The standing once it is agreed to and all of it has begun.',
    example: { status: 'suspended', mayUse: false, blocks: [{ code: 'suspension' }] },
  })
  after: Record<string, unknown>;

  @Json({ nullable: true, example: { measure: 'suspension', period: 'P7D', banTerm: 'P1Y' } })
  suggestion: Record<string, unknown> | null;

  @Text({ max: 2000, nullable: true, description: 'Why it differs from the suggestion.', example: 'A ring.' })
  deviationReason: string | null;
}
