import { Transform } from 'class-transformer';
import { Bool, Enum, Instant, Int, Json, List, Obj, Text, Uuid } from '../../platform/http/fields.js';
import { PageQuery } from '../../platform/http/paging.js';
import { CASE_STATES, type CaseState } from './domain/case-lifecycle.js';
import { NOTICE_CHOICES, type NoticeChoice } from './domain/notice.js';
import { SANCTION_STATES, type SanctionState } from './domain/sanction-lifecycle.js';
import { AUTOMATION, SOURCES } from './domain/statement.js';
import { type Measure, MEASURES } from './domain/taxonomy.js';

const CLAUSE = /^\d{1,2}\.\d{1,2}(\(\d{1,2}\))?$/;
const PERIOD = /^P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/;

/** Some callers say in one word or sentence what others say in full; the rules see one form. */
const orInShort = <T extends object>(type: () => new () => T, members: (value: unknown) => Partial<T> | undefined) =>
  Transform(({ value }: { value: unknown }): unknown => {
    const short = members(value);
    return short === undefined ? value : Object.assign(new (type())(), short);
  });
const noticeInShort = (value: unknown): Partial<NoticeDto> | undefined => {
  if (typeof value === 'boolean') return { choice: value ? 'given' : 'withheld' };
  return typeof value === 'string' ? { choice: value as NoticeChoice } : undefined;
};
const reasonsInShort = (value: unknown): Partial<StatementOfReasonsDto> | undefined =>
  typeof value === 'string' ? { facts: value, explanation: value } : undefined;

export class ContentRefDto {
  @Text({ max: 63, pattern: /^[a-z][a-z0-9-]*$/, example: 'chat' })
  system: string;

  @Text({ max: 300, example: 'conversation/0198c0de/message/4' })
  ref: string;

  @Text({ max: 64, pattern: /^[0-9a-f]{64}$/, optional: true, description: 'SHA-256 of the content as it was seen.' })
  hash?: string;
}

export class ChallengeAnswerDto {
  @Text({ max: 400, description: 'From the answer `report_challenge_required`.', example: '0198c0de.1795…' })
  ticket: string;

  @Text({ max: 8000, description: 'What the challenge’s widget returned.', example: 'eyJjaGFsbGVuZ2Ui…' })
  response: string;
}

export class NewReportDto {
  @Uuid({ description: 'The account that is reported.' })
  subjectAccountId: string;

  @Text({ max: 10, pattern: CLAUSE, description: 'Clause of the user agreement.', example: '3.3(9)' })
  clause: string;

  @Text({ max: 4000, example: 'Offers gambling in shared conversations.' })
  description: string;

  @List(() => ContentRefDto, { max: 50, optional: true })
  contents?: ContentRefDto[];

  @Int({ min: 0, max: 100, optional: true, description: 'A detector’s score.', example: 87 })
  score?: number;

  @Obj(() => ChallengeAnswerDto, {
    optional: true,
    description: 'Without an account, after the first few reports of a day from one address.',
  })
  challenge?: ChallengeAnswerDto;
}

export class ReportReceiptDto {
  @Uuid()
  id: string;

  @Text({
    max: 100,
    description: 'Shown once; `GET /v1/reports/{token}` answers what became of it.',
    example: 'kJ3vQ0b7m2',
  })
  trackingToken: string;

  @Instant()
  receivedAt: string;

  @Instant({ description: 'Answered by then, as published.' })
  dueAt: string;
}

export class ReportOutcomeDto {
  @Instant()
  receivedAt: string;

  @Enum(['pending', 'measures_taken', 'no_violation'])
  outcome: string;

  @Instant({ nullable: true })
  answeredAt: string | null;
}

export class NewCaseDto {
  @Uuid()
  subjectAccountId: string;

  @Text({ max: 10, pattern: CLAUSE, example: '3.5(3)' })
  clause: string;

  @Text({
    max: 4000,
    description: 'What was seen; becomes the first evidence.',
    example: 'Scrapes through forty accounts.',
  })
  note: string;
}

export class CaseQuery extends PageQuery {
  @Uuid({ optional: true })
  accountId?: string;

  @Enum(CASE_STATES, { optional: true })
  state?: CaseState;
}

export class CaseDto {
  @Uuid()
  id: string;

  @Uuid()
  accountId: string;

  @Text({ max: 40, example: 'content' })
  matter: string;

  @Enum(CASE_STATES)
  state: CaseState;

  @Int({ min: 1, max: 1_000_000_000, example: 3 })
  version: number;

  @List('text', { max: 50, example: ['3.3(9)'] })
  clauses: string[];

  @Int({ min: 0, max: 100, example: 80 })
  priority: number;

  @Instant()
  dueAt: string;

  @Int({ min: 0, max: 1_000_000_000, example: 12 })
  reportCount: number;

  @Enum(SOURCES)
  source: string;

  @Uuid({ nullable: true })
  mergedInto: string | null;

  @Instant()
  openedAt: string;

  @Instant({ nullable: true })
  decidedAt: string | null;
}

export class NewEvidenceDto {
  @Enum(['note', 'content_reference', 'detector_output', 'file'])
  kind: string;

  @Json({ description: 'Hashed as it stands (JCS, SHA-256); never changed.', example: { text: 'Seen on 2026-11-23.' } })
  content: Record<string, unknown>;
}

export class EvidenceDto {
  @Uuid()
  id: string;

  @Text({ max: 40, example: 'note' })
  kind: string;

  @Text({ max: 64, example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' })
  contentHash: string;

  @Json({ nullable: true, description: 'Null once erased.', example: { text: 'Seen on 2026-11-23.' } })
  content: Record<string, unknown> | null;

  @Text({ max: 200, example: 'alice' })
  addedBy: string;

  @Instant()
  addedAt: string;

  @Instant({ nullable: true, description: 'Cited by a decision: kept while it can be questioned.' })
  heldSince: string | null;
}

export class ActionDto {
  @Enum(MEASURES)
  type: Measure;

  @List('text', { max: 20, itemMax: 40, optional: true, description: 'For feature_restriction.', example: ['share'] })
  features?: string[];

  @Instant({ optional: true, description: 'Now when absent.' })
  startsAt?: string;

  @Instant({ optional: true, description: 'Or `duration`; open-ended without either.' })
  endsAt?: string;

  @Text({ max: 40, pattern: PERIOD, optional: true, example: 'P7D' })
  duration?: string;

  @Instant({ optional: true, description: 'When an open-ended measure is looked at again.' })
  reviewAt?: string;

  @Text({
    max: 2000,
    optional: true,
    description: 'For rectification: what to do.',
    example: 'Choose another display name.',
  })
  instructions?: string;

  @List('text', { max: 5, itemMax: 40, optional: true, description: 'For reregistration_ban.', example: ['phone'] })
  identifierKinds?: string[];

  @List(() => ContentRefDto, { max: 200, optional: true, description: 'For content_removal.' })
  contents?: ContentRefDto[];
}

export class NoticeDto {
  @Enum(NOTICE_CHOICES)
  choice: NoticeChoice;

  @Text({ max: 1000, optional: true, example: 'The inquiry would be warned.' })
  reason?: string;

  @Instant({ optional: true })
  until?: string;

  @Text({
    max: 200,
    optional: true,
    description: 'The authority’s recorded instruction.',
    example: '公(网安)〔2026〕12号',
  })
  authorityReference?: string;
}

export class LawDto {
  @Text({ max: 200, example: '网络安全法' })
  instrument: string;

  @Text({ max: 40, example: '12(2)' })
  article: string;

  @Text({ max: 2000, example: 'Gambling is content that the law forbids to spread.' })
  explanation: string;
}

export class StatementOfReasonsDto {
  @Text({ max: 5000, example: 'On 2026-11-22 the account shared four conversations that offer gambling.' })
  facts: string;

  @Text({
    max: 5000,
    description: 'In the person’s language: why these facts break this clause.',
    example: 'Clause 3.3(9) forbids …',
  })
  explanation: string;

  @Bool({ optional: true, example: false })
  automatedDetection?: boolean;

  @Enum(AUTOMATION, { optional: true })
  automatedDecision?: (typeof AUTOMATION)[number];

  @List(() => LawDto, { max: 10, optional: true })
  law?: LawDto[];

  @Text({ max: 2000, optional: true, description: 'What to submit for an appeal (反电信网络诈骗法 32(3)).' })
  requiredMaterials?: string;

  @Text({ max: 200, optional: true, description: 'The warning before a suspension.' })
  priorWarning?: string;

  @Text({ max: 2000, optional: true, description: 'Number, share, gravity, intention.' })
  proportionality?: string;

  @Text({ max: 200, optional: true, example: 'worldwide' })
  territory?: string;
}

export class AnnounceDto {
  @Text({
    max: 2000,
    optional: true,
    description: 'Both languages or neither: without texts the operator’s template speaks.',
    example: '某用户因传播赌博信息被暂停使用七日。',
  })
  textZh?: string;

  @Text({ max: 2000, optional: true, example: 'An account was suspended for seven days for spreading gambling.' })
  textEn?: string;

  @Instant({ optional: true })
  publishAt?: string;
}

export class NewDecisionDto {
  @List('text', { max: 20, min: 1, itemMax: 10, example: ['3.3(9)'] })
  clauses: string[];

  @List(() => ActionDto, { max: 7, min: 1 })
  actions: ActionDto[];

  @orInShort(() => NoticeDto, noticeInShort)
  @Obj(() => NoticeDto, {
    optional: true,
    description: 'The configured default when absent: given. The word alone (`"given"`) is understood as its `choice`.',
  })
  notice?: NoticeDto;

  @orInShort(() => StatementOfReasonsDto, reasonsInShort)
  @Obj(() => StatementOfReasonsDto, {
    description: 'A plain text is understood as both `facts` and `explanation`; the parts tell the person more.',
  })
  statementOfReasons: StatementOfReasonsDto;

  @Text({ max: 2000, optional: true, description: 'Needed where the measures differ from the ladder’s suggestion.' })
  deviationReason?: string;

  @Transform(({ value }: { value: unknown }) => (value === true ? new AnnounceDto() : value === false ? undefined : value))
  @Obj(() => AnnounceDto, {
    optional: true,
    description: 'Make the outcome public, without a name (7.1). `true` is understood: in the words of the template.',
  })
  announce?: AnnounceDto;
}

export class SanctionDto {
  @Uuid()
  id: string;

  @Uuid()
  accountId: string;

  @Uuid()
  caseId: string;

  @Uuid()
  decisionId: string;

  @Enum(MEASURES)
  type: Measure;

  @Enum(SANCTION_STATES, { description: 'As of now.' })
  state: SanctionState;

  @Int({ min: 1, max: 1_000_000_000, example: 2 })
  version: number;

  @Text({ max: 10, example: '3.3(9)' })
  clause: string;

  @List('text', { max: 20, example: [] })
  features: string[];

  @Instant()
  startsAt: string;

  @Instant({ nullable: true })
  endsAt: string | null;

  @Instant({ nullable: true })
  reviewAt: string | null;

  @Instant({ nullable: true })
  endedAt: string | null;
}

export class DecisionDto {
  @Uuid()
  id: string;

  @Uuid()
  caseId: string;

  @Uuid()
  accountId: string;

  @Enum(['effective', 'awaiting_approval', 'declined', 'lapsed', 'overturned', 'varied'])
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
}

export class NoticeTextDto {
  @Enum(['zh-CN', 'en'])
  language: string;

  @Text({ max: 200, example: '关于您账号的处置通知' })
  title: string;

  @Text({ max: 40_000, example: '我们对您的账号作出如下处置：…' })
  text: string;
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
}

export class PreviewedNoticeDto extends NoticeTextDto {
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

export class LinkReasonDto {
  @Enum(['shared_phone', 'shared_third_party', 'shared_device', 'same_device', 'same_subnet'])
  kind: string;

  @Instant()
  since: string;
}

export class LinkDto {
  @Uuid()
  accountId: string;

  @List(() => LinkReasonDto, {
    max: 10,
    description: 'Why they may belong together; a hint, never a ground by itself.',
  })
  reasons: LinkReasonDto[];
}

export class CaseDetailDto extends CaseDto {
  @List(() => EvidenceDto, { max: 500 })
  evidence: EvidenceDto[];

  @List(() => DecisionDto, { max: 100 })
  decisions: DecisionDto[];

  @Json({ description: 'Reports with the reliability of who reported.', example: { items: [] } })
  reports: Record<string, unknown>;

  @List('uuid', { max: 200, description: 'Accounts that may belong together with this one.' })
  linkedAccounts: string[];

  @List(() => LinkDto, { max: 600, description: 'The same with the reason for each link.' })
  links: LinkDto[];
}

export class ReasonDto {
  @Text({ max: 2000, example: 'Cleared up with the person.' })
  reason: string;
}

export class MergeDto {
  @Uuid()
  into: string;
}

export class ApprovalDto {
  @Bool()
  approved: boolean;

  @Text({ max: 2000, example: 'The evidence carries it.' })
  note: string;
}

export class ChangeSanctionDto extends ReasonDto {
  @Instant({ optional: true })
  endsAt?: string;

  @List('text', { max: 20, itemMax: 40, optional: true, description: 'Features to free.', example: ['share'] })
  freeFeatures?: string[];
}

export class SanctionQuery extends PageQuery {
  @Uuid({ optional: true })
  accountId?: string;

  @Uuid({ optional: true })
  caseId?: string;

  @Uuid({ optional: true })
  decisionId?: string;

  @Enum(SANCTION_STATES, { optional: true })
  state?: SanctionState;

  @Enum(MEASURES, { optional: true })
  type?: Measure;
}

export class IdOnlyDto {
  @Uuid()
  id: string;
}

export class AnnouncementDto {
  @Uuid()
  id: string;

  @Text({ max: 20, example: 'U-5F1B22C9' })
  pseudonym: string;

  @Enum(['planned', 'corrected', 'withdrawn'])
  state: string;

  @Int({ min: 1, max: 1_000_000_000, example: 1 })
  version: number;

  @List('text', { max: 20, example: ['3.3(9)'] })
  clauses: string[];

  @List('text', { max: 10, example: ['suspension'] })
  measures: string[];

  @Text({ max: 2000, nullable: true, example: 'An account was suspended for seven days.' })
  text: string | null;

  @Text({ max: 2000, nullable: true, example: 'It was three days, not seven.' })
  correction: string | null;

  @Instant()
  publishedAt: string;
}

export class CorrectionDto {
  @Text({ max: 2000, example: '更正：暂停期限为三日。' })
  textZh: string;

  @Text({ max: 2000, example: 'Correction: the suspension was three days.' })
  textEn: string;
}
