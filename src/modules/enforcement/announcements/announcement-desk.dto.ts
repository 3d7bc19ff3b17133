import { Enum, Instant, Int, List, Text, Uuid } from '../../../platform/http/fields.js';
import { NAMINGS } from '../domain/announcement-text.js';

const VISIBILITIES = ['embargo', 'public', 'corrected', 'withdrawn'];

/** What staff see of an announcement: also before it is public and after it was withdrawn. */
export class AnnouncementFileDto {
  @Uuid()
  id: string;

  @Uuid({ nullable: true })
  accountId: string | null;

  @Uuid()
  decisionId: string;

  @Text({ max: 20, example: 'U-5F1B22C9' })
  pseudonym: string;

  @Enum(VISIBILITIES, { description: 'As of now.' })
  visibility: string;

  @Int({ min: 1, max: 1_000_000_000, example: 1 })
  version: number;

  @List('text', { max: 20, example: ['3.3(9)'] })
  clauses: string[];

  @List('text', { max: 10, example: ['suspension'] })
  measures: string[];

  @Text({ max: 2000, example: '某账号因传播违规内容被暂停使用七日。' })
  textZh: string;

  @Text({ max: 2000, example: 'An account was suspended for seven days.' })
  textEn: string;

  @Text({ max: 2000, nullable: true, example: '更正：暂停期限为三日。' })
  correctionZh: string | null;

  @Text({ max: 2000, nullable: true, example: 'Correction: the suspension was three days.' })
  correctionEn: string | null;

  @Instant()
  createdAt: string;

  @Instant({ description: 'Public from then on.' })
  publishAt: string;

  @Instant({ nullable: true })
  withdrawnAt: string | null;

  @Text({ max: 2000, nullable: true, example: 'decision_reversed' })
  withdrawalReason: string | null;

  @List('text', { max: 3, values: ['redraft', 'correct', 'withdraw'], description: 'What the caller may do now.' })
  actions: string[];
}

export class AnnouncementDraftDto {
  @Text({ max: 2000, example: '某账号因传播违规内容被暂停使用七日。' })
  textZh: string;

  @Text({ max: 2000, example: 'An account was suspended for seven days.' })
  textEn: string;

  @Instant({ optional: true, description: 'Later; never before the embargo is over.' })
  publishAt?: string;
}

export class AnnouncementPreviewRequestDto {
  @Enum(['draft', 'correction'])
  as: 'draft' | 'correction';

  @Text({ max: 2000, example: '更正：暂停期限为三日。' })
  textZh: string;

  @Text({ max: 2000, example: 'Correction: the suspension was three days.' })
  textEn: string;
}

export class NamingDto {
  @Enum(NAMINGS)
  code: string;

  @Text({ max: 2000, example: '13800138000' })
  text: string;
}

/** Exactly what the public would read, line by line. */
export class AnnouncementPreviewDto {
  @List('text', { max: 5, itemMax: 4100, example: ['U-5F1B22C9: 3.3(9)', '某账号因传播违规内容被暂停使用七日。'] })
  zh: string[];

  @List('text', { max: 5, itemMax: 4100, example: ['U-5F1B22C9: 3.3(9)', 'An account was suspended for seven days.'] })
  en: string[];

  @List(() => NamingDto, { max: 100, description: 'What in it could name the person.' })
  naming: NamingDto[];
}
