import { Enum, Int, List, Obj, Text } from '../../platform/http/fields.js';
import { TextsDto } from './deregistration-plan.dto.js';
import { OBLIGATION_KINDS } from './domain/obstacles.js';

export class CountsDto {
  @Int({ min: 0, max: 2_147_483_647, optional: true, example: 12 })
  erased?: number;

  @Int({ min: 0, max: 2_147_483_647, optional: true, example: 0 })
  retained?: number;
}

export class AcknowledgementDto {
  @Text({ max: 63, pattern: /^[a-z][a-z0-9-]{0,62}$/, example: 'chat-history' })
  participant: string;

  @Enum(['fence', 'erase'])
  phase: 'fence' | 'erase';

  @Enum(['done', 'refused'], { description: 'An answer that says "refused" is a refusal.' })
  outcome: 'done' | 'refused';

  @Obj(() => CountsDto, { optional: true })
  counts?: CountsDto;

  @Text({
    max: 64,
    pattern: /^[a-z][a-z0-9_]{0,63}$/,
    optional: true,
    example: 'account_unknown',
    description: 'A code, no sentence.',
  })
  reason?: string;
}

export class AcknowledgedDto {
  @Enum(['accepted', 'refusal', 'duplicate'])
  disposition: string;
}

export class ObligationDto {
  @Enum(OBLIGATION_KINDS)
  kind: (typeof OBLIGATION_KINDS)[number];

  @Text({
    max: 100,
    pattern: /^[A-Za-z0-9._:/-]{1,100}$/,
    example: 'inv-2026-17',
    description: 'Your own opaque name for it.',
  })
  reference: string;

  @Obj(() => TextsDto, { description: 'How the person clears it.' })
  howToClear: TextsDto;
}

export class ObligationsDto {
  @Text({ max: 63, pattern: /^[a-z][a-z0-9-]{0,62}$/, example: 'billing' })
  participant: string;

  @List(() => ObligationDto, { max: 100, description: 'All there is now; an empty list clears.' })
  obligations: ObligationDto[];
}
