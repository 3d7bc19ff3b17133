import { Enum, Instant, Int, Json, List, Obj, Text } from '../../../platform/http/fields.js';

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

export class AppealNumbersDto {
  @List(() => CountDto, { max: 10 })
  filed: CountDto[];

  @List(() => CountDto, { max: 10 })
  answered: CountDto[];

  @Json({ example: { count: 12, median: 86_400, p90: 172_800, longest: 200_000 } })
  timeToAnswer: Record<string, unknown>;

  @Int({ min: 0, max: 100, nullable: true, example: 14 })
  overturnRate: number | null;
}

export class DecisionNumbersDto {
  @List(() => CountDto, { max: 10 })
  byState: CountDto[];

  @List(() => CountDto, { max: 200 })
  byClause: CountDto[];
}

export class BacklogDto extends CountDto {
  @Int({ min: 0, max: 1_000_000_000, example: 2 })
  overdue: number;

  @Int({ min: 0, max: 1_000_000_000, example: 7200 })
  oldestSeconds: number;
}

export class EnforcementStatisticsDto {
  @Instant()
  from: string;

  @Instant()
  to: string;

  @Instant({ description: 'Of backlog and queue age.' })
  asOf: string;

  @Json({
    description: 'Of what is undecided now, in seconds.',
    example: { count: 12, median: 3600, p90: 7200, longest: 9000 },
  })
  queueAge: Record<string, unknown>;

  @List(() => BacklogDto, { max: 200 })
  backlog: BacklogDto[];

  @Json({ description: 'In seconds.', example: { count: 12, median: 3600, p90: 7200, longest: 9000 } })
  timeToDecision: Record<string, unknown>;

  @Obj(() => DecisionNumbersDto)
  decisions: DecisionNumbersDto;

  @List(() => CountDto, { max: 10 })
  measures: CountDto[];

  @Obj(() => AppealNumbersDto)
  appeals: AppealNumbersDto;

  @Json({
    description: 'How many decided, how much each, how often the second person agreed (per cent); nobody by name.',
    example: { moderators: 4, median: 30, most: 52, agreementRate: 96 },
  })
  moderators: Record<string, unknown>;
}
