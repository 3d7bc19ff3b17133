import { Bool, Enum, Instant, Int, Json, List, Obj, Text, Uuid } from '../../platform/http/fields.js';
import { PageQuery } from '../../platform/http/paging.js';
import { TASK_ACTIONS } from './domain/allowed-actions.js';
import { REVIEW_TASK_STATES, type ReviewTaskState } from './domain/review-task-lifecycle.js';

const KIND = /^[a-z][a-z0-9_]{0,62}$/;

export class ReviewTaskQuery extends PageQuery {
  @Text({ max: 63, pattern: KIND, optional: true, example: 'case' })
  kind?: string;

  @Enum(REVIEW_TASK_STATES, {
    optional: true,
    description: 'As of now: a claim whose lease ran out is open. All live tasks when absent.',
  })
  status?: ReviewTaskState;

  @Text({ max: 200, optional: true, example: 'alice', description: '`me`: yours.' })
  assignee?: string;

  @Bool({ optional: true })
  overdue?: boolean;

  @Uuid({ optional: true })
  accountId?: string;

  @Uuid({ optional: true })
  subjectId?: string;
}

export class ClaimNextDto {
  @List('text', {
    max: 20,
    itemMax: 63,
    optional: true,
    description: 'Kinds to choose from; all when absent.',
    example: ['case'],
  })
  kinds?: string[];
}

export class AssignTaskDto {
  @Text({ max: 200, example: 'bob' })
  assignee: string;
}

export class SnoozeTaskDto {
  @Instant()
  until: string;
}

export class EscalateTaskDto {
  @Text({ max: 1000, example: 'Needs a lawyer’s eye: an authority has asked about the same account.' })
  reason: string;
}

export class AllowedTaskActionDto {
  @Enum(TASK_ACTIONS)
  action: string;

  @Bool()
  allowed: boolean;

  @Text({ max: 40, nullable: true, description: 'Why not.', example: 'claimed_by_other' })
  reason: string | null;
}

export class ReviewTaskDto {
  @Uuid()
  id: string;

  @Text({ max: 63, example: 'case' })
  kind: string;

  @Uuid({ description: 'What it is about: a case, a deregistration, an appeal, …' })
  subjectId: string;

  @Uuid({ nullable: true })
  accountId: string | null;

  @Enum(REVIEW_TASK_STATES)
  state: ReviewTaskState;

  @Int({ min: 1, max: 1_000_000_000, example: 3, description: 'Send it as If-Match.' })
  version: number;

  @Int({ min: 0, max: 100, example: 50 })
  priority: number;

  @Instant()
  dueAt: string;

  @Bool({ description: 'The due time leaves the published working-day calendar and may move.', example: false })
  provisionalDue: boolean;

  @Bool({ example: false })
  overdue: boolean;

  @List('text', { max: 10, example: ['moderator'] })
  roles: string[];

  @Json({ example: { clauses: ['3.3(9)'] } })
  refs: Record<string, unknown>;

  @Text({ max: 200, nullable: true, example: 'alice' })
  assignee: string | null;

  @Instant({ nullable: true })
  claimedAt: string | null;

  @Instant({ nullable: true })
  leaseUntil: string | null;

  @Text({ max: 200, nullable: true, example: 'bob' })
  reservedFor: string | null;

  @Instant({ nullable: true })
  snoozedUntil: string | null;

  @Instant({ nullable: true })
  escalatedAt: string | null;

  @Text({ max: 200, nullable: true, example: 'alice' })
  escalatedBy: string | null;

  @Text({ max: 1000, nullable: true, example: 'Needs a lawyer’s eye.' })
  escalationReason: string | null;

  @Text({ max: 200, example: 'alice' })
  changedBy: string;

  @Text({ max: 40, example: 'claimed' })
  change: string;

  @Instant()
  createdAt: string;

  @Instant()
  updatedAt: string;

  @Instant({ nullable: true })
  endedAt: string | null;

  @List(() => AllowedTaskActionDto, { max: 20 })
  actions: AllowedTaskActionDto[];
}

export class ClaimedNextDto {
  @Obj(() => ReviewTaskDto, { nullable: true, description: 'Null: nothing waits that you may take.' })
  task: ReviewTaskDto | null;
}

export class KindStatsDto {
  @Text({ max: 63, example: 'case' })
  kind: string;

  @Int({ min: 0, max: 100_000, example: 42 })
  live: number;

  @Int({ min: 0, max: 100_000, example: 3 })
  overdue: number;

  @Int({ min: 0, max: 100_000, example: 5 })
  claimed: number;

  @Instant({ nullable: true, description: 'The oldest among the hundred most urgent.' })
  oldestCreatedAt: string | null;

  @Instant({ nullable: true })
  nextDueAt: string | null;
}

export class QueueStatsDto {
  @Instant()
  asOf: string;

  @Int({ min: 10, max: 100_000, example: 10_000, description: 'A count that equals this means that many or more.' })
  countBound: number;

  @List(() => KindStatsDto, { max: 100 })
  kinds: KindStatsDto[];
}
