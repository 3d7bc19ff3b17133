import { Enum, Instant, Int, List, Obj, Text, Uuid } from '../../platform/http/fields.js';

const ACTOR_KINDS = ['account', 'staff', 'service', 'guardian', 'system', 'public'] as const;

export class TimelineActorDto {
  @Enum(ACTOR_KINDS)
  kind: (typeof ACTOR_KINDS)[number];

  @Text({ max: 128, example: 'alice' })
  id: string;

  @Text({ max: 40, optional: true, example: 'moderator' })
  role?: string;
}

export class TimelineTargetDto {
  @Text({ max: 60, example: 'account' })
  kind: string;

  @Text({ max: 128, example: '0198c0de-7a11-7c3e-9b1d-2f4a6c8e0b13' })
  id: string;
}

/** An audit event as the account's history shows it. */
export class TimelineEventDto {
  @Uuid()
  id: string;

  @Int({ min: 1, max: Number.MAX_SAFE_INTEGER, nullable: true, example: 42 })
  seq: number | null;

  @Instant()
  at: string;

  @Text({ max: 100, example: 'account.state_changed' })
  type: string;

  @Obj(() => TimelineActorDto)
  actor: TimelineActorDto;

  @Obj(() => TimelineTargetDto)
  target: TimelineTargetDto;

  @List('text', { max: 100, example: ['2.4'] })
  clauses: string[];
}
