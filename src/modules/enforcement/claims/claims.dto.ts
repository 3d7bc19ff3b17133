import { Enum, Instant, Int, List, Text, Uuid } from '../../../platform/http/fields.js';
import { CLAIM_STATES, type ClaimState, LOSS_KINDS } from '../domain/claim-lifecycle.js';

const MOST = Number.MAX_SAFE_INTEGER;

export class NewClaimDto {
  @Enum(LOSS_KINDS)
  kind: string;

  @Int({ min: 1, max: MOST, description: 'In the smallest unit of the currency.', example: 120_000 })
  amountMinor: number;

  @Text({ max: 3, pattern: /^[A-Z]{3}$/, description: 'ISO 4217.', example: 'CNY' })
  currency: string;

  @Text({ max: 200, optional: true, description: 'File or invoice number; no names.', example: '(2026)浙01民初12号' })
  reference?: string;
}

export class PaymentDto {
  @Int({ min: 1, max: MOST, example: 20_000 })
  amountMinor: number;

  @Text({ max: 200, description: 'The same reference twice is one payment.', example: 'BANK-2026-0042' })
  reference: string;
}

export class ClaimChangeDto {
  @Enum(['assert', 'waive'])
  command: 'assert' | 'waive';
}

export class ClaimDto {
  @Uuid()
  id: string;

  @Uuid()
  accountId: string;

  @Uuid()
  caseId: string;

  @Enum(LOSS_KINDS)
  kind: string;

  @Text({ max: 20, description: 'In the smallest unit, as text: it may be wider than a number.', example: '120000' })
  amountMinor: string;

  @Text({ max: 20, example: '20000' })
  paidMinor: string;

  @Text({ max: 3, example: 'CNY' })
  currency: string;

  @Enum(CLAIM_STATES)
  state: ClaimState;

  @Instant()
  createdAt: string;
}

export class ClaimTotalDto {
  @Text({ max: 3, example: 'CNY' })
  currency: string;

  @Text({ max: 20, example: '120000' })
  claimedMinor: string;

  @Text({ max: 20, example: '20000' })
  paidMinor: string;
}

export class CaseClaimsDto {
  @List(() => ClaimDto, { max: 200 })
  items: ClaimDto[];
}

export class ClaimTotalsDto {
  @List(() => ClaimTotalDto, { max: 200 })
  items: ClaimTotalDto[];
}
