import { Enum, Instant, Int, List, Text } from '../../../platform/http/fields.js';

const WHEN = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?$/;

export class PeriodQuery {
  @Text({
    max: 40,
    pattern: WHEN,
    optional: true,
    description: 'A day (Asia/Shanghai) or an instant.',
    example: '2026-07-01',
  })
  from?: string;

  @Text({
    max: 40,
    pattern: WHEN,
    optional: true,
    description: 'A day, meant whole, or an instant.',
    example: '2026-12-31',
  })
  to?: string;
}

export class ReportQuery extends PeriodQuery {
  @Enum(['json', 'csv', 'html'], { optional: true })
  format?: 'json' | 'csv' | 'html';
}

export class CountDto {
  @Text({ max: 60, example: '3.3(9)' })
  key: string;

  @Int({ min: 0, max: 1_000_000_000, nullable: true, description: 'Null: too few to publish.', example: 12 })
  count: number | null;
}

export class SectionDto {
  @Text({ max: 40, example: 'measures' })
  name: string;

  @Int({ min: 0, max: 1_000_000_000, nullable: true, example: 120 })
  total: number | null;

  @List(() => CountDto, { max: 200 })
  cells: CountDto[];
}

export class TransparencyReportDto {
  @Instant()
  from: string;

  @Instant()
  to: string;

  @Int({ min: 1, max: 1000, description: 'Counts below are left out.', example: 5 })
  smallest: number;

  @List(() => SectionDto, { max: 20 })
  sections: SectionDto[];

  @Int({ min: 0, max: 1_000_000, nullable: true, example: 6 })
  medianHoursToDecision: number | null;

  @Int({ min: 0, max: 1_000_000, nullable: true, example: 30 })
  medianHoursToAnswer: number | null;

  @Int({ min: 0, max: 100, nullable: true, description: 'Per cent.', example: 14 })
  overturnRate: number | null;
}
