import { Enum, Instant, List, OneTimeCode, Phone, Text, Uuid } from '../../platform/http/fields.js';
import { CHANGE_STATES, type ChangeState } from './domain/identifier-change-lifecycle.js';

export class RequestChangeDto {
  @Phone({ description: 'The new number.' })
  phone: string;

  @OneTimeCode({ description: 'A code to the present number, asked for with purpose `identifier_change`.' })
  code: string;
}

export class RequestGuardianNumberDto {
  @Phone({ description: 'The new number of the guardian.' })
  phone: string;

  @OneTimeCode({ description: 'A code to the present number, asked for behind the same link.' })
  code: string;
}

export class ProveChangeDto {
  @OneTimeCode({ description: 'The code that reached the new number.' })
  code: string;
}

export class ChangeDto {
  @Uuid()
  id: string;

  @Enum(CHANGE_STATES)
  state: ChangeState;

  @Enum(['owner', 'recovery'])
  origin: 'owner' | 'recovery';

  @Instant()
  requestedAt: string;

  @Instant({ description: 'Until when the new number may be proved.' })
  expiresAt: string;

  @Instant({ nullable: true, description: 'When the new number takes effect, unless somebody objects.' })
  effectiveAt: string | null;

  @Text({ max: 60, nullable: true, example: 'identifier_taken' })
  failure: string | null;
}

export class ChangeListDto {
  @List(() => ChangeDto, { max: 50 })
  items: ChangeDto[];

  @Text({ max: 500, nullable: true, description: 'Always null: the list is short.' })
  nextCursor: string | null;
}

export class ObjectionLinkDto {
  @Text({ max: 200, description: 'From the notice.', example: '0198c0de-7a11-7c3e-9b1d-2f4a6c8e0b13.3q2-7w' })
  token: string;
}
