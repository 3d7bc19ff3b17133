import { Bool, Enum, Instant, Int, List, Obj, Text, Uuid } from '../../platform/http/fields.js';

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

  @Instant({ description: 'What is due is counted as of this moment.' })
  asOf: string;

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

export class SampledRecordDto {
  @Text({ max: 100, example: 'access_log' })
  recordClass: string;

  @Text({ max: 100, example: 'retained_records', description: 'The table that it stands in.' })
  place: string;

  @Text({ max: 100, nullable: true, description: 'Whose it is; null where the row names nobody.' })
  subject: string | null;

  @Instant({ description: 'When its period ended; of a row in place, its own time.' })
  since: string;

  @Bool({ description: 'Kept by a legal hold.' })
  held: boolean;
}

export class RunSampleDto {
  @List(() => SampledRecordDto, { max: 1000 })
  items: SampledRecordDto[];
}

export class RunReportQuery {
  @Enum(['json', 'csv', 'html'], { optional: true, description: '`json` by default.' })
  format: string = 'json';
}
