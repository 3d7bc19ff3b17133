import { Enum, Instant, Int, List, Text, Uuid } from '../../../platform/http/fields.js';

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
