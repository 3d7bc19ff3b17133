import { Bool, Enum, Instant, Int, Json, List, Obj, Text, Uuid } from '../../../platform/http/fields.js';
import { PageQuery } from '../../../platform/http/paging.js';
import { BULK_STATES, type BulkState } from '../domain/bulk-lifecycle.js';
import { NewDecisionDto } from '../decisions/new-decision.dto.js';

export class BulkSelectDto {
  @Text({
    max: 10,
    pattern: /^\d{1,2}\.\d{1,2}(\(\d{1,2}\))?$/,
    optional: true,
    description: 'With an undecided case under this clause.',
    example: '2.3(3)',
  })
  clause?: string;

  @Int({
    min: 1,
    max: 1_000_000,
    optional: true,
    description: 'With an undecided case of so many reports.',
    example: 3,
  })
  leastReports?: number;

  @Uuid({ optional: true, description: 'This account and those linked to it: identifier over time, device, subnet.' })
  linkedTo?: string;

  @List('text', {
    max: 5,
    values: ['shared_phone', 'shared_third_party', 'shared_device', 'same_device', 'same_subnet'],
    optional: true,
    description: 'Only links of these kinds; all but the subnet when absent.',
  })
  linkKinds?: string[];

  @Instant({ optional: true })
  createdFrom?: string;

  @Instant({ optional: true })
  createdTo?: string;
}

export class NewBulkDto {
  @List('uuid', { min: 1, max: 10_000, optional: true, description: 'Accounts; twice the same is once.' })
  accountIds?: string[];

  @Obj(() => BulkSelectDto, {
    optional: true,
    description: 'Instead of `accountIds`: all of these at once, as they are now; a dry run shows which.',
  })
  select?: BulkSelectDto;

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

  @Text({
    max: 200,
    nullable: true,
    description: 'Why it was refused: the error code, or what of the decision does not fit this account.',
    example: 'already_suspended',
  })
  problem: string | null;
}

/** What the second person judges: the measure, the words that each person reads, and what the accounts have in common. */
export class BulkOrderDto {
  @Obj(() => BulkSelectDto, { nullable: true, description: 'How they were chosen; null when they were listed.' })
  select: BulkSelectDto | null;

  @Obj(() => NewDecisionDto)
  decision: NewDecisionDto;

  @Text({ max: 4000, example: 'One ring of forty accounts.' })
  note: string;
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

  @Obj(() => BulkOrderDto, { nullable: true, description: 'What is decided about each; null for a dry run.' })
  order: BulkOrderDto | null;

  @Text({ max: 200, nullable: true, example: 'alice' })
  proposedBy: string | null;

  @Text({ max: 200, nullable: true, description: 'Or declined by.', example: 'bob' })
  approvedBy: string | null;

  @Text({ max: 200, nullable: true, example: 'heidi' })
  reversedBy: string | null;
}

export class BulkQuery extends PageQuery {
  @Enum(BULK_STATES, { optional: true })
  state?: BulkState;
}

/** One of a list: enough to know which it is. */
export class BulkLineDto {
  @Uuid()
  id: string;

  @Enum(BULK_STATES, { example: 'awaiting_approval' })
  state: BulkState;

  @Int({ min: 1, max: 10_000, example: 40 })
  total: number;

  @List('text', { max: 20, example: ['2.3(3)'] })
  clauses: string[];

  @List('text', { max: 7, description: 'Measures, by their types.', example: ['suspension'] })
  measures: string[];

  @Instant()
  createdAt: string;

  @Text({ max: 200, example: 'alice' })
  proposedBy: string;

  @Text({ max: 200, nullable: true, description: 'Or declined by.', example: 'bob' })
  approvedBy: string | null;
}
