import { Transform } from 'class-transformer';
import { Bool, Enum, Instant, List, Obj, Text } from '../../../platform/http/fields.js';
import { NOTICE_CHOICES, type NoticeChoice } from '../domain/notice.js';
import { AUTOMATION } from '../domain/statement.js';
import { type Measure, MEASURES } from '../domain/taxonomy.js';
import { ContentRefDto } from '../enforcement.dto.js';

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
    max: 1000,
    optional: true,
    description: 'For a suspension or restriction without an end: why; the person is told.',
    example: 'Until the identity of the holder is shown.',
  })
  openEndedReason?: string;

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

  @Text({
    max: 2000,
    optional: true,
    description: 'What to submit for an appeal; for fraud the configured words when absent (反电信网络诈骗法 32(3)).',
  })
  requiredMaterials?: string;

  @Text({ max: 200, optional: true, description: 'The warning before a suspension; the newest one when absent.' })
  priorWarning?: string;

  @Text({
    max: 2000,
    optional: true,
    description: 'How number, share, gravity and intention were weighed; needed to suspend again.',
  })
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

  @Transform(({ value }: { value: unknown }) =>
    value === true ? new AnnounceDto() : value === false ? undefined : value,
  )
  @Obj(() => AnnounceDto, {
    optional: true,
    description: 'Make the outcome public, without a name (7.1). `true` is understood: in the words of the template.',
  })
  announce?: AnnounceDto;
}

export class ApprovalDto {
  @Bool()
  approved: boolean;

  @Text({ max: 2000, example: 'The evidence carries it.' })
  note: string;
}
