import { Bool, Enum, Instant, Int, Json, List, Obj, Text, Uuid } from '../../platform/http/fields.js';
import { PageQuery } from '../../platform/http/paging.js';
import { type DisabledReason, TASK_ACTIONS } from './domain/allowed-actions.js';
import { SKIP_REASONS, type SkipReason } from './domain/skips.js';
import { QUEUE_ORDERS, type QueueOrder } from './queue-orders.js';
import { REVIEW_TASK_STATES, type ReviewTaskState } from './domain/review-task-lifecycle.js';

export const KIND = /^[a-z][a-z0-9_]{0,59}$/;

export const SKIPPED = ['me', 'anybody'] as const;
export type Skipped = (typeof SKIPPED)[number];

export class TaskSkipsDto {
  @Enum(SKIP_REASONS, { nullable: true, description: 'Null: they gave none.' })
  reason: SkipReason | null;

  @Int({ min: 1, max: 10_000, example: 2 })
  people: number;
}

export class TaskActionDto {
  @Enum(TASK_ACTIONS)
  action: string;

  @Bool()
  allowed: boolean;

  @Text({ max: 40, nullable: true, description: 'Why not, where it is not allowed.', example: 'claimed_by_other' })
  reason: DisabledReason | null;
}

export class OutcomeMeasureDto {
  @Text({ max: 40, example: 'suspension' })
  type: string;

  @Instant({ nullable: true })
  endsAt: string | null;
}

/** In what a task ended: what somebody who came second reads beside their draft. */
export class TaskOutcomeDto {
  @Text({ max: 40, description: 'One of those that its kind ends in.', example: 'rejected' })
  code: string;

  @Text({ max: 60, optional: true, example: 'conditions_met' })
  reasonCode?: string;

  @List('text', { max: 20, optional: true, example: ['3.3(9)'] })
  clauses?: readonly string[];

  @List(() => OutcomeMeasureDto, { max: 10, optional: true })
  measures?: readonly OutcomeMeasureDto[];

  @Instant({ optional: true, description: 'A new deadline, a new end, or when it is looked at again.' })
  until?: string;

  @Bool({ optional: true, description: 'In effect only once a second person agrees.' })
  awaitsSecond?: boolean;
}

export class ReviewTaskDto {
  @Uuid()
  id: string;

  @Text({ max: 60, description: 'The queue.', example: 'deregistration' })
  kind: string;

  @Uuid({ description: 'What is to be examined: deregistration, case, decision, appeal …' })
  subjectId: string;

  @Uuid({ nullable: true })
  accountId: string | null;

  @Enum(REVIEW_TASK_STATES, { description: 'As of now: a lease or snooze that ran out is `open`.' })
  state: ReviewTaskState;

  @Int({ min: 1, max: 1_000_000, description: 'Send it back in If-Match.', example: 1 })
  version: number;

  @Int({ min: 0, max: 100, example: 50 })
  priority: number;

  @Instant()
  dueAt: string;

  @Bool({ description: 'The due time lies beyond the published working-day calendar and may move.' })
  provisionalDue: boolean;

  @Bool()
  overdue: boolean;

  @List('text', { max: 10, description: 'Staff roles that may take it.' })
  roles: readonly string[];

  @Json({ description: 'Ids and codes that name the work.', example: { clause: '3.3(9)' } })
  refs: Readonly<Record<string, unknown>>;

  @Text({ max: 200, nullable: true, description: 'Who works on it now, or who ended it.' })
  assignee: string | null;

  @Instant({ nullable: true })
  leaseUntil: string | null;

  @Text({ max: 200, nullable: true })
  reservedFor: string | null;

  @Text({ max: 1000, nullable: true, description: 'Why it was handed over, for whoever has it now.' })
  handoverReason: string | null;

  @Instant({ nullable: true })
  snoozedUntil: string | null;

  @Instant({ nullable: true })
  escalatedAt: string | null;

  @Text({ max: 200, nullable: true })
  escalatedBy: string | null;

  @Text({ max: 1000, nullable: true, description: '`skipped_by_several`: the service itself, because nobody took it.' })
  escalationReason: string | null;

  @Text({ max: 200, description: 'Who changed it last.' })
  changedBy: string;

  @Text({ max: 40, description: 'How.', example: 'claimed' })
  change: string;

  @Instant()
  updatedAt: string;

  @Instant()
  createdAt: string;

  @Instant({ nullable: true })
  endedAt: string | null;

  @Obj(() => TaskOutcomeDto, { nullable: true, description: 'In what it ended; null while it lives.' })
  outcome: TaskOutcomeDto | null;

  @Instant({ nullable: true, description: 'A decision was given and can be taken back until then.' })
  decidingUntil: string | null;

  @List('text', { max: 50, description: 'Who has it open at this moment; neither you nor who holds it.' })
  viewers: readonly string[];

  @Bool({ description: 'You passed it by and are not dealt it; claim it by its id to have it after all.' })
  skippedByYou: boolean;

  @List(() => TaskSkipsDto, { max: 10, description: 'For a lead: how many passed it by, and why. Empty for others.' })
  skips: readonly TaskSkipsDto[];

  @List(() => TaskActionDto, { max: 10, description: 'What you may do with it now, and why not the rest.' })
  actions: readonly TaskActionDto[];
}

/** Why something was refused, in both languages. */
export class RefusalDto {
  @Text({ max: 60, example: 'review_task_taken' })
  code: string;

  @Text({ max: 300 })
  en: string;

  @Text({ max: 300 })
  zh: string;
}

export class ReviewTasksQuery extends PageQuery {
  @Text({ max: 60, pattern: KIND, optional: true, example: 'case' })
  kind?: string;

  @Enum(REVIEW_TASK_STATES, { optional: true, description: 'Every live task when absent.' })
  status?: ReviewTaskState;

  @Text({ max: 200, optional: true, description: 'A staff id, or `me`.' })
  assignee?: string;

  @Bool({ optional: true })
  overdue?: boolean;

  @Uuid({ optional: true })
  accountId?: string;

  @Uuid({ optional: true })
  subjectId?: string;

  @Text({
    max: 8,
    pattern: /^[0-9a-f]{8}$/,
    optional: true,
    example: '3dc3af80',
    description: 'The last eight letters of the id of a task or of its account, as pages show them; in every state.',
  })
  shortId?: string;

  @Enum(SKIPPED, { optional: true, description: 'Passed by: by you, who are not dealt it, or by anybody.' })
  skipped?: Skipped;

  @Enum(QUEUE_ORDERS, {
    optional: true,
    description:
      'Nearest deadline (when absent); most urgent, then nearest deadline; waiting longest; latest come. A cursor holds in its order only.',
  })
  sort?: QueueOrder;
}

export class QueueStatsDto {
  @Text({ max: 60, example: 'case' })
  kind: string;

  @Int({ min: 0, max: 100_000, example: 12 })
  live: number;

  @Int({ min: 0, max: 100_000, example: 1 })
  overdue: number;

  @Int({ min: 0, max: 100_000, example: 3 })
  claimed: number;

  @Int({ min: 0, max: 100_000, description: 'Passed by by somebody.', example: 2 })
  skipped: number;

  @Instant({ nullable: true, description: 'Age of the oldest among the next hundred.' })
  oldestCreatedAt: string | null;

  @Instant({ nullable: true })
  nextDueAt: string | null;
}

export class ReviewStatsDto {
  @Instant()
  asOf: string;

  @Int({
    min: 10,
    max: 100_000,
    description: 'A count that reads this much means "that many or more".',
    example: 10_000,
  })
  countBound: number;

  @List(() => QueueStatsDto, { max: 100 })
  kinds: QueueStatsDto[];
}

export class ViewersDto {
  @List('text', { max: 50, description: 'The others who have it open.' })
  viewers: string[];
}

export class RevealEvidenceDto {
  @Text({ max: 100, pattern: /^[A-Za-z0-9_.:-]+$/, description: 'Id of the piece, as its page names it.' })
  item: string;
}
