import { Enum, Instant, Int, Json, List, Obj, Text, Uuid } from '../../platform/http/fields.js';
import { HELD_DECISION_STATES, type HeldDecisionState } from './domain/held-decision-lifecycle.js';
import { RefusalDto } from './review.dto.js';

export class HoldDecisionDto {
  @Text({
    max: 60,
    pattern: /^[a-z_]+\.[a-z_]+$/,
    description:
      'Which decision: `deregistration.decide`, `case.decide`, `case.dismiss`, `decision.approve`, `appeal.decide` …',
    example: 'deregistration.decide',
  })
  command: string;

  @Int({
    min: 1,
    max: 1_000_000,
    optional: true,
    description: 'The version of what is decided, where the route of this decision takes `If-Match`.',
  })
  version?: number;

  @Json({
    description: 'The body of the route of this decision; checked as it is there.',
    example: { decision: 'approve', reasonCode: 'conditions_met' },
  })
  body: Record<string, unknown>;
}

export class HeldDecisionDto {
  @Uuid()
  id: string;

  @Uuid()
  taskId: string;

  @Text({ max: 60, example: 'deregistration.decide' })
  command: string;

  @Uuid({ description: 'What was decided.' })
  subjectId: string;

  @Text({ max: 200 })
  heldBy: string;

  @Enum(HELD_DECISION_STATES, {
    description: '`refused`: when its time came the matter was not what it had been; the task is its author’s again.',
  })
  state: HeldDecisionState;

  @Obj(() => RefusalDto, { nullable: true })
  refusal: RefusalDto | null;

  @Instant()
  heldAt: string;

  @Instant({ description: 'Until then it can be taken back and nothing of it has left.' })
  takesEffectAt: string;

  @Instant({ nullable: true })
  endedAt: string | null;
}

export class HeldDecisionsDto {
  @Instant()
  asOf: string;

  @List(() => HeldDecisionDto, { max: 20, description: 'Yours of the last hour, newest first.' })
  items: HeldDecisionDto[];
}
