import { Bool, Enum, Instant, Int, Text, Uuid } from '../../../platform/http/fields.js';
import { RECTIFICATION_STATES, type RectificationState } from '../domain/rectification-lifecycle.js';

export class SubmissionDto {
  @Text({ max: 4000, example: 'The display name has been changed.' })
  text: string;
}

export class RectificationReviewDto {
  @Bool()
  accepted: boolean;

  @Text({ max: 2000, example: 'Thank you, that settles it.' })
  note: string;

  @Instant({ optional: true, description: 'A new deadline for what is returned; never earlier than the old one.' })
  dueAt?: string;
}

export class ExtensionDto {
  @Instant()
  dueAt: string;

  @Text({ max: 2000, example: 'Asked for more time, with reason.' })
  reason: string;
}

export class RemovalRequestDto {
  @Text({ max: 2000, optional: true, example: 'Talked to the team on duty; they look again.' })
  note?: string;
}

export class OrderDto {
  @Uuid()
  sanctionId: string;

  @Enum(RECTIFICATION_STATES)
  state: RectificationState;

  @Int({ min: 1, max: 1_000_000_000, example: 2 })
  version: number;

  @Instant()
  dueAt: string;
}

export class RemovalAnswerDto {
  @Enum(['removed', 'not_found', 'refused'])
  outcome: 'removed' | 'not_found' | 'refused';

  @Text({ max: 1000, optional: true, example: 'Gone since yesterday.' })
  note?: string;
}

export class RemovalDto {
  @Uuid()
  id: string;

  @Uuid()
  sanctionId: string;

  @Enum(['asked', 'removed', 'not_found', 'refused', 'given_up'])
  state: string;
}
