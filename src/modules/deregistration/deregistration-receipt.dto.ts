import { Enum, Instant, List, Obj, Text } from '../../platform/http/fields.js';
import { PlanBasisDto, TextsDto } from './deregistration-plan.dto.js';

export class ReceiptQuery {
  @Enum(['jws', 'json', 'pdf'], { optional: true, description: '`jws` (default) is what can be verified offline.' })
  format?: 'jws' | 'json' | 'pdf';
}

export class ReceiptDto {
  @Text({ max: 100_000, example: 'eyJhbGciOiJFZERTQSJ9.e30.c2ln', description: 'Compact JWS (provability).' })
  receipt: string;
}

export class KeptClassDto {
  @Text({ max: 64, example: 'access_log' })
  recordClass: string;

  @Obj(() => TextsDto, { nullable: true })
  title: TextsDto | null;

  @Enum(['sealed', 'in_place', 'held', 'expired', 'destroyed'], {
    description:
      'sealed: under a key of its own. in_place: where it was, for its time. held: an order forbids its deletion for now. ' +
      'expired: past its time, gone with the next run.',
  })
  state: string;

  @Obj(() => PlanBasisDto, { nullable: true, description: 'null: kept by an order alone.' })
  basis: PlanBasisDto | null;

  @Obj(() => TextsDto, { nullable: true, description: 'Why it could not go at once.' })
  reason: TextsDto | null;

  @Instant()
  from: string;

  @Instant({ nullable: true, description: 'null: until the order is lifted.' })
  until: string | null;

  @List('text', { max: 20, example: ['legal'], description: 'Staff roles that may open it, each time on record.' })
  readers: string[];

  @Instant({ nullable: true, description: 'Of what is destroyed, where the moment is on record.' })
  destroyedAt: string | null;
}

export class KeptDto {
  @Instant()
  asOf: string;

  @List(() => KeptClassDto, { max: 1000, description: 'The receipt minus `destroyed` is what is still there.' })
  items: KeptClassDto[];
}
