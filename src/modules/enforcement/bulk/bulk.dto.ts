import { Bool, Enum, Instant, Int, Json, List, Obj, Text, Uuid } from '../../../platform/http/fields.js';
import { BULK_STATES } from '../domain/bulk-lifecycle.js';
import { NewDecisionDto } from '../enforcement.dto.js';

export class NewBulkDto {
  @List('uuid', { min: 1, max: 10_000, description: 'Accounts; twice the same is once.' })
  accountIds: string[];

  @Obj(() => NewDecisionDto, {
    description: 'What is decided about each; a deviation from a ladder needs its reason here.',
  })
  decision: NewDecisionDto;

  @Text({
    max: 4000,
    description: 'What they have in common; evidence of each case.',
    example: 'One ring of forty accounts.',
  })
  note: string;

  @Bool({ optional: true, description: 'Only say what would happen, for a sample.', example: true })
  dryRun?: boolean;
}

export class BulkItemDto {
  @Uuid()
  accountId: string;

  @Enum(['waiting', 'done', 'refused', 'reversed', 'not_reversed'])
  state: string;

  @Uuid({ nullable: true })
  decisionId: string | null;

  @Text({ max: 200, nullable: true, description: 'Error code of what was refused.', example: 'decision_invalid' })
  problem: string | null;
}

export class BulkDto {
  @Uuid({ nullable: true, description: 'Null for a dry run.' })
  id: string | null;

  @Enum(BULK_STATES, { nullable: true })
  state: string | null;

  @Int({ min: 1, max: 10_000, example: 40 })
  total: number;

  @Json({ description: 'How many items in which state.', example: { done: 39, refused: 1 } })
  counts: Record<string, unknown>;

  @List(() => BulkItemDto, { max: 50, description: 'A sample: for a dry run what would happen.' })
  sample: BulkItemDto[];

  @Instant({ nullable: true })
  createdAt: string | null;
}
