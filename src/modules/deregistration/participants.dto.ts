import { Bool, Enum, Instant, Int, List, Text, Uuid } from '../../platform/http/fields.js';
import { PageQuery } from '../../platform/http/paging.js';

const NAME = 'billing';

/** One system that takes part in leaving, and how it answers. */
export class ParticipantDto {
  @Text({ max: 100, example: NAME })
  participant: string;

  @Bool({ description: 'In the configuration; one that is gone from it may still owe answers.', example: true })
  configured: boolean;

  @Int({ min: 0, max: 1_000_000_000, description: 'Told, and not answered.', example: 3 })
  waiting: number;

  @Int({ min: 0, max: 1_000_000_000, description: 'Refused, or silent past the deadline.', example: 1 })
  failed: number;

  @Instant({ nullable: true, description: 'Since when the oldest open one waits.' })
  oldestAt: string | null;

  @Int({ min: 0, max: 1_000_000_000, description: 'Answers accepted in the last thirty days.', example: 120 })
  acknowledged: number;

  @Int({ min: 0, max: 1_000_000_000, description: 'Refusals in the last thirty days.', example: 2 })
  refusals: number;

  @Instant({ nullable: true, description: 'Its last answer, whatever it was worth.' })
  lastHeardAt: string | null;
}

export class ParticipantsDto {
  @List(() => ParticipantDto, { max: 200 })
  items: ParticipantDto[];
}

export class OpenUnitQuery extends PageQuery {
  @Text({ max: 100, optional: true, example: NAME })
  participant?: string;
}

/** One step of one deregistration that another system has not acknowledged. */
export class OpenUnitDto {
  @Uuid()
  deregistrationId: string;

  @Uuid()
  accountId: string;

  @Text({ max: 100, example: NAME })
  participant: string;

  @Enum(['fence', 'erase'])
  phase: string;

  @Enum(['planned', 'running', 'failed', 'deferred'])
  state: string;

  @Int({ min: 0, max: 1_000_000, example: 2 })
  attempts: number;

  @Instant({ description: 'When its deregistration began to be carried out.' })
  since: string;

  @Instant({ nullable: true, description: 'When it was asked; null: not asked yet.' })
  toldAt: string | null;

  @Instant({ nullable: true, description: 'The deadline of its answer, or when it is asked again.' })
  nextAt: string | null;

  @Text({ max: 200, nullable: true, example: 'acknowledgement_overdue' })
  lastError: string | null;

  @Text({ max: 200, nullable: true, description: 'The reason of its last refusal.', example: 'open_invoice' })
  refusedBecause: string | null;
}
