import { Enum, Instant, Int, List, Obj, Text } from '../../platform/http/fields.js';
import { SKIP_REASONS, type SkipReason } from './domain/skips.js';
import { ReviewTaskDto } from './review.dto.js';

export class NextTaskDto {
  @Obj(() => ReviewTaskDto, { nullable: true, description: 'Null: nothing waits for you.' })
  task: ReviewTaskDto | null;

  @Int({ min: 0, max: 100_000, description: 'Where nothing else waits: how many do that you skipped.', example: 0 })
  skipped: number;
}

export class ClaimNextDto {
  @List('text', {
    max: 20,
    itemMax: 60,
    description: 'Queues to take from; empty means any.',
    example: ['deregistration', 'case'],
  })
  kinds: string[];

  @List('uuid', {
    max: 50,
    optional: true,
    description: 'Not these, this once. What you skipped is remembered anyway.',
  })
  except?: string[];
}

export class SkipTaskDto {
  @Enum(SKIP_REASONS, { optional: true, description: 'Why, for a lead. Said later, it is added.' })
  reason?: SkipReason;
}

export class AssignTaskDto {
  @Text({ max: 200, description: 'For whom it is kept; they still claim it themselves.', example: 'bob' })
  assignee: string;

  @Text({ max: 1000, optional: true, description: 'Why; they read it.', example: 'You know this account.' })
  reason?: string;
}

export class SnoozeTaskDto {
  @Instant()
  until: string;
}

export class EscalateTaskDto {
  @Text({ max: 1000, example: 'Needs legal advice.' })
  reason: string;
}
