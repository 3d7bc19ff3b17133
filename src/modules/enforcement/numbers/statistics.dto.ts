import { Enum, Instant, Int, List, Obj, Text } from '../../../platform/http/fields.js';
import { type Measure, MEASURES } from '../domain/taxonomy.js';

const MANY = 1_000_000_000;

export class NumberOfDto {
  @Text({ max: 60, example: '3.3(9)' })
  key: string;

  @Int({ min: 0, max: MANY, example: 12 })
  count: number;
}

export class SpreadDto {
  @Int({ min: 0, max: MANY, description: 'Of how many.', example: 12 })
  count: number;

  @Int({ min: 0, max: MANY, nullable: true, description: 'Seconds.', example: 3600 })
  median: number | null;

  @Int({ min: 0, max: MANY, nullable: true, description: 'Seconds; nine of ten were faster.', example: 7200 })
  p90: number | null;

  @Int({ min: 0, max: MANY, nullable: true, description: 'Seconds.', example: 9000 })
  longest: number | null;
}

export class ClauseSpreadDto extends SpreadDto {
  @Text({ max: 60, example: '3.3(9)' })
  key: string;
}

export class TimeToDecisionDto extends SpreadDto {
  @List(() => ClauseSpreadDto, { max: 200, description: 'The slowest first.' })
  byClause: ClauseSpreadDto[];
}

export class AgeBandDto {
  @Int({ min: 0, max: MANY, example: 4 })
  fromHours: number;

  @Int({ min: 0, max: MANY, nullable: true, description: 'Null: without end.', example: 24 })
  toHours: number | null;

  @Int({ min: 0, max: MANY, example: 12 })
  count: number;
}

export class BacklogDto extends NumberOfDto {
  @Int({ min: 0, max: MANY, example: 2 })
  overdue: number;

  @Int({ min: 0, max: MANY, example: 7200 })
  oldestSeconds: number;
}

export class InTimeDto {
  @Int({ min: 0, max: MANY, example: 46 })
  kept: number;

  @Int({ min: 0, max: MANY, example: 4 })
  missed: number;

  @Int({ min: 0, max: 100, nullable: true, description: 'Kept, per cent.', example: 92 })
  rate: number | null;
}

export class ClauseInTimeDto extends InTimeDto {
  @Text({ max: 60, example: '3.3(9)' })
  key: string;
}

export class InTimeNumbersDto {
  @Obj(() => InTimeDto, { description: 'The first answer of a case against the due time of its clause.' })
  cases: InTimeDto;

  @Obj(() => InTimeDto)
  appeals: InTimeDto;

  @List(() => ClauseInTimeDto, { max: 200, description: 'Cases; those that missed most first.' })
  byClause: ClauseInTimeDto[];
}

export class DecisionNumbersDto {
  @List(() => NumberOfDto, { max: 10 })
  byState: NumberOfDto[];

  @List(() => NumberOfDto, { max: 200 })
  byClause: NumberOfDto[];

  @Int({ min: 0, max: MANY, description: 'Of them in bulk; times, load and what was in time leave them out.' })
  inBulk: number;
}

export class ClauseMeasureDto extends NumberOfDto {
  @Enum(MEASURES)
  measure: Measure;
}

export class ClauseAnswersDto extends NumberOfDto {
  @Int({ min: 0, max: MANY, description: 'Overturned or varied.', example: 2 })
  changed: number;
}

export class AppealNumbersDto {
  @List(() => NumberOfDto, { max: 10 })
  filed: NumberOfDto[];

  @List(() => NumberOfDto, { max: 10 })
  answered: NumberOfDto[];

  @Obj(() => SpreadDto)
  timeToAnswer: SpreadDto;

  @Int({ min: 0, max: 100, nullable: true, description: 'Overturned or varied, per cent.', example: 14 })
  overturnRate: number | null;

  @List(() => ClauseAnswersDto, { max: 200 })
  byClause: ClauseAnswersDto[];
}

/** Nobody by name, and of few nothing that would say whose it is. */
export class ModeratorNumbersDto {
  @Int({ min: 0, max: MANY, description: 'How many decided.', example: 4 })
  moderators: number;

  @Int({ min: 0, max: MANY, nullable: true, example: 30 })
  median: number | null;

  @Int({ min: 0, max: MANY, nullable: true, example: 52 })
  most: number | null;

  @Int({ min: 0, max: MANY, nullable: true, example: 11 })
  least: number | null;

  @List('integer', { max: 10_000, description: 'Decisions of each, the busiest first.', example: [52, 31, 29, 11] })
  perPerson: number[];

  @Int({ min: 0, max: 100, nullable: true, description: 'How often the second person agreed, per cent.', example: 96 })
  agreementRate: number | null;
}

/** Numbers of one clause, one for each of `weeks`. */
export class ClauseTrendDto {
  @Text({ max: 60, example: '3.3(9)' })
  key: string;

  @Int({ min: 0, max: MANY, example: 30 })
  total: number;

  @List('integer', { max: 60, example: [4, 7] })
  reported: number[];

  @List('integer', { max: 60, example: [3, 5] })
  opened: number[];

  @List('integer', { max: 60, example: [2, 5] })
  decided: number[];

  @List('integer', { max: 60, example: [0, 1] })
  changedOnAppeal: number[];
}

export class EnforcementStatisticsDto {
  @Instant()
  from: string;

  @Instant()
  to: string;

  @Instant({ description: 'Of backlog and queue age.' })
  asOf: string;

  @Obj(() => SpreadDto, { description: 'How long what is undecided now has waited.' })
  queueAge: SpreadDto;

  @List(() => AgeBandDto, { max: 10 })
  queueBands: AgeBandDto[];

  @List(() => BacklogDto, { max: 200 })
  backlog: BacklogDto[];

  @Obj(() => TimeToDecisionDto)
  timeToDecision: TimeToDecisionDto;

  @Obj(() => InTimeNumbersDto)
  inTime: InTimeNumbersDto;

  @Obj(() => DecisionNumbersDto)
  decisions: DecisionNumbersDto;

  @List(() => NumberOfDto, { max: 10 })
  measures: NumberOfDto[];

  @List(() => ClauseMeasureDto, { max: 1000 })
  measuresByClause: ClauseMeasureDto[];

  @Obj(() => AppealNumbersDto)
  appeals: AppealNumbersDto;

  @Obj(() => ModeratorNumbersDto)
  moderators: ModeratorNumbersDto;

  @List('text', { max: 60, description: 'Mondays (Asia/Shanghai); the period cuts the first and the last.' })
  weeks: string[];

  @List(() => ClauseTrendDto, { max: 200, description: 'The liveliest clause first.' })
  trend: ClauseTrendDto[];
}
