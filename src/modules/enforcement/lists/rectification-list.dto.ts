import { Bool, Enum, Instant, Int, List, Text, Uuid } from '../../../platform/http/fields.js';
import { PageQuery } from '../../../platform/http/paging.js';
import { RECTIFICATION_STATES } from '../domain/rectification-lifecycle.js';

export class RectificationQuery extends PageQuery {
  @Enum(RECTIFICATION_STATES, { optional: true, description: 'What is still open when absent.' })
  state?: string;

  @Bool({ optional: true, description: 'Only those past their due date.' })
  overdue?: boolean;

  @Uuid({ optional: true })
  accountId?: string;
}

export class RectificationDto {
  @Uuid()
  sanctionId: string;

  @Uuid()
  accountId: string;

  @Uuid()
  caseId: string;

  @Text({ max: 20, example: '2.3(1)' })
  clause: string;

  @Enum(RECTIFICATION_STATES)
  state: string;

  @Int({ min: 1, max: 1_000_000_000, example: 2 })
  version: number;

  @Instant()
  dueAt: string;

  @Bool({ example: false })
  overdue: boolean;

  @Instant()
  updatedAt: string;

  @Text({ max: 2000, nullable: true, description: 'What is to be put right.', example: 'Change the display name.' })
  instructions: string | null;
}

export class RectificationEntryDto {
  @Enum(['submission', 'accepted', 'returned', 'extended'])
  kind: string;

  @Bool({ description: 'By us.', example: false })
  fromStaff: boolean;

  @Text({ max: 200, nullable: true, description: 'Which of us.', example: 'alice' })
  author: string | null;

  @Text({ max: 4000, nullable: true, example: 'The display name has been changed.' })
  text: string | null;

  @Instant({ nullable: true })
  dueAt: string | null;

  @Instant()
  at: string;
}

export class RectificationDetailDto extends RectificationDto {
  @List(() => RectificationEntryDto, { max: 500 })
  entries: RectificationEntryDto[];

  @List('text', { max: 5, values: ['accept', 'return', 'extend', 'escalate'], description: 'What can be done now.' })
  actions: string[];
}
