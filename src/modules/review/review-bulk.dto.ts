import { Bool, Enum, Instant, Int, List, Obj, Text, Uuid } from '../../platform/http/fields.js';
import { REVIEW_TASK_STATES, type ReviewTaskState } from './domain/review-task-lifecycle.js';
import { KIND, RefusalDto, SKIPPED, type Skipped } from './review.dto.js';

const BULK_ACTIONS = ['release', 'escalate', 'snooze', 'assign'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** A task as its reader saw it. */
export class SeenTaskDto {
  @Uuid()
  id: string;

  @Int({ min: 1, max: 1_000_000, example: 1 })
  version: number;
}

export class BulkFilterDto {
  @Text({ max: 60, pattern: KIND, optional: true, example: 'case' })
  kind?: string;

  @Enum(REVIEW_TASK_STATES, { optional: true, description: 'Every live task when absent.' })
  status?: ReviewTaskState;

  @Text({ max: 200, optional: true, description: 'A staff id, or `me`.' })
  assignee?: string;

  @Bool({ optional: true })
  overdue?: boolean;

  @Enum(SKIPPED, { optional: true, description: 'Passed by: by you, or by anybody.' })
  skipped?: Skipped;
}

export class BulkTasksDto {
  @Enum(BULK_ACTIONS, { description: 'Housekeeping only: what judges a person is decided one by one.' })
  action: BulkAction;

  @List(() => SeenTaskDto, { max: 5_000, optional: true, description: 'These, as they were seen.' })
  tasks?: SeenTaskDto[];

  @Obj(() => BulkFilterDto, { optional: true, description: 'Or all that the filter means, up to the limit.' })
  filter?: BulkFilterDto;

  @Instant({ optional: true, description: 'With a filter: tasks opened by then. Take `asOf` of the dry run.' })
  asOf?: string;

  @Bool({ description: 'Count and say who would be refused; change nothing.' })
  dryRun: boolean;

  @Text({ max: 1000, optional: true, description: 'For `escalate`.' })
  reason?: string;

  @Text({ max: 200, optional: true, description: 'For `assign`.' })
  assignee?: string;

  @Instant({ optional: true, description: 'For `snooze`.' })
  until?: string;
}

export class BulkOutcomeDto {
  @Uuid()
  id: string;

  @Text({ max: 60, nullable: true, example: 'case' })
  kind: string | null;

  @Enum(['done', 'would_be_done', 'refused'])
  outcome: 'done' | 'would_be_done' | 'refused';

  @Obj(() => RefusalDto, { nullable: true })
  refusal: RefusalDto | null;
}

export class BulkResultDto {
  @Instant()
  asOf: string;

  @Int({ min: 0, max: 100_000, description: 'How many the selection means; counting stops at `countBound`.' })
  matching: number;

  @Int({ min: 10, max: 100_000 })
  countBound: number;

  @Int({ min: 1, max: 5_000, description: 'At most so many are reached at a time, the nearest deadline first.' })
  limit: number;

  @List(() => BulkOutcomeDto, { max: 5_000 })
  outcomes: BulkOutcomeDto[];
}
