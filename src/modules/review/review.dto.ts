import { Bool, Enum, Instant, Int, Json, List, Text, Uuid } from '../../platform/http/fields.js';
import { PageQuery } from '../../platform/http/paging.js';
import { type Blocker, TASK_ACTIONS } from './domain/allowed-actions.js';
import { TASK_STATES, type TaskState } from './domain/review-task-lifecycle.js';

/** Every queue there is. A module that opens tasks names its kind here. */
export const TASK_KINDS = [
  'deregistration',
  'deregistration_stuck',
  'case',
  'approval',
  'appeal',
  'rectification',
  'recovery',
  'registration',
  'information_dispute',
  'birth_date_correction',
  'retention_run',
] as const;

export class TaskActionDto {
  @Enum(TASK_ACTIONS)
  action: string;

  @Bool()
  allowed: boolean;

  @Text({ max: 40, nullable: true, description: 'Why not, where it is not allowed.', example: 'held_by_other' })
  blockedBy: Blocker | null;
}

export class ReviewTaskDto {
  @Uuid()
  id: string;

  @Enum(TASK_KINDS)
  kind: string;

  @Uuid({ description: 'What is to be examined: deregistration, case, decision, appeal …' })
  subjectId: string;

  @Uuid({ nullable: true })
  accountId: string | null;

  @Enum(TASK_STATES, { description: 'As of now: a lease or snooze that ran out is `open`.' })
  state: string;

  @Int({ min: 0, max: 1000, example: 0 })
  priority: number;

  @Instant()
  dueAt: string;

  @Bool({ description: 'The due date lies beyond the published working-day calendar and will be computed again.' })
  provisionalDue: boolean;

  @Bool()
  overdue: boolean;

  @Json({ description: 'Codes and ids for the list.', example: { reason: 'user_request' } })
  facts: Record<string, unknown>;

  @Text({ max: 200, nullable: true })
  assignee: string | null;

  @Text({ max: 200, nullable: true, description: 'Who works on it now.' })
  holder: string | null;

  @Instant({ nullable: true })
  leaseUntil: string | null;

  @Instant({ nullable: true })
  snoozedUntil: string | null;

  @Instant({ nullable: true })
  escalatedAt: string | null;

  @Text({ max: 1000, nullable: true })
  escalation: string | null;

  @Text({ max: 100, nullable: true })
  outcome: string | null;

  @Text({ max: 200, nullable: true })
  endedBy: string | null;

  @Instant({ nullable: true })
  endedAt: string | null;

  @Int({ min: 1, max: 1_000_000, description: 'Send it back in If-Match.', example: 1 })
  version: number;

  @Instant()
  createdAt: string;

  @List(() => TaskActionDto, { max: 10, description: 'What you may do with it now, and why not the rest.' })
  actions: TaskActionDto[];
}

export class ReviewTasksQuery extends PageQuery {
  @Text({
    max: 200,
    optional: true,
    pattern: /^[a-z_]+(,[a-z_]+)*$/,
    description: 'One kind, or several with commas.',
    example: 'case',
  })
  kind?: string;

  @Enum(TASK_STATES, { optional: true, description: 'Live tasks when absent.' })
  status?: TaskState;

  @Text({ max: 200, optional: true, description: 'A staff id, or `me`.' })
  assignee?: string;

  @Bool({ optional: true })
  overdue?: boolean;

  @Uuid({ optional: true })
  accountId?: string;
}

export class ClaimNextDto {
  @List('text', { max: TASK_KINDS.length, min: 1, values: TASK_KINDS, example: ['deregistration', 'case'] })
  kinds: string[];
}

export class ReleaseDto {
  @Text({ max: 500, optional: true, description: 'Why it goes back.' })
  reason?: string;
}

export class AssignDto {
  @Text({ max: 200, nullable: true, description: 'Null gives it back to the queue.', example: 'bob' })
  assignee: string | null;
}

export class SnoozeDto {
  @Instant()
  until: string;

  @Text({ max: 500, example: 'Waiting for the carrier' })
  reason: string;
}

export class EscalateDto {
  @Text({ max: 1000, example: 'Needs legal advice' })
  reason: string;
}

export class QueueCountsDto {
  @Enum(TASK_KINDS)
  kind: string;

  @Int({ min: 0, max: 100_000, example: 12 })
  open: number;

  @Int({ min: 0, max: 100_000, example: 3 })
  claimed: number;

  @Int({ min: 0, max: 100_000, example: 0 })
  snoozed: number;

  @Int({ min: 0, max: 100_000, example: 1 })
  overdue: number;

  @Instant({ nullable: true })
  oldestDueAt: string | null;
}

export class ReviewStatsDto {
  @Int({ min: 10, max: 100_000, description: 'A count that reads this much means "at least".', example: 10_000 })
  countedAtMost: number;

  @List(() => QueueCountsDto, { max: 50 })
  queues: QueueCountsDto[];
}
