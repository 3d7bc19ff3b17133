import { Bool, Enum, Instant, Int, Text, Uuid } from '../../../platform/http/fields.js';
import { PageQuery } from '../../../platform/http/paging.js';
import { REFERRAL_STATES } from '../domain/referral-lifecycle.js';

const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

export class ReferralQuery extends PageQuery {
  @Enum(['report', 'request'], { optional: true })
  direction?: string;

  @Enum(REFERRAL_STATES, { optional: true })
  state?: string;
}

export class ReferralItemDto {
  @Uuid()
  id: string;

  @Uuid()
  caseId: string;

  @Uuid()
  accountId: string;

  @Enum(['report', 'request'])
  direction: string;

  @Enum(REFERRAL_STATES)
  state: string;

  @Text({ max: 200, example: '杭州市公安局网安支队' })
  authority: string;

  @Text({ max: 200, nullable: true, example: '公(网安)调证字〔2026〕12号' })
  documentNo: string | null;

  @Text({ max: 200, example: 'alice' })
  proposedBy: string;

  @Text({ max: 200, nullable: true, example: 'carol' })
  approvedBy: string | null;

  @Int({ min: 0, max: 500, description: 'Items of the package.', example: 4 })
  items: number;

  @Text({ max: 64, example: SHA256 })
  manifestDigest: string;

  @Instant()
  createdAt: string;

  @Instant({ description: 'The clock of the law, or the authority’s deadline.' })
  dueAt: string;

  @Bool({ example: false })
  overdue: boolean;

  @Instant({ nullable: true })
  sentAt: string | null;

  @Instant({ nullable: true })
  closedAt: string | null;
}
