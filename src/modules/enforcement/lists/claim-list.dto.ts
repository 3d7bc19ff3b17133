import { Enum, Instant, List, Text, Uuid } from '../../../platform/http/fields.js';
import { PageQuery } from '../../../platform/http/paging.js';
import { CLAIM_STATES } from '../domain/claim-lifecycle.js';
import { ClaimDto } from '../claims/claims.dto.js';

export class ClaimQuery extends PageQuery {
  @Enum(CLAIM_STATES, { optional: true })
  state?: string;

  @Uuid({ optional: true })
  accountId?: string;
}

export class ClaimPaymentDto {
  @Uuid()
  id: string;

  @Text({ max: 20, example: '20000' })
  amountMinor: string;

  @Text({ max: 200, example: 'BANK-2026-0042' })
  reference: string;

  @Text({ max: 200, example: 'carol' })
  recordedBy: string;

  @Instant()
  at: string;
}

export class ClaimDetailDto extends ClaimDto {
  @Text({ max: 200, nullable: true, example: '(2026)浙01民初12号' })
  reference: string | null;

  @Text({ max: 200, example: 'carol' })
  recordedBy: string;

  @List(() => ClaimPaymentDto, { max: 500, description: 'Oldest first.' })
  payments: ClaimPaymentDto[];
}
