import { Bool, DateOnly, Enum, Instant, List, Text, Uuid } from '../../platform/http/fields.js';
import { PageQuery } from '../../platform/http/paging.js';

export class PlaceHoldDto {
  @Uuid({ optional: true, description: 'The subject: one account.' })
  accountId?: string;

  @Uuid({ optional: true, description: 'One enforcement case.' })
  caseId?: string;

  @List('text', { max: 50, min: 1, itemMax: 100, optional: true, description: 'Only these record classes.' })
  recordClasses?: string[];

  @Text({ max: 1000, example: 'Preservation asked for in a civil dispute.' })
  reason: string;

  @Text({ max: 200, example: '北京互联网法院', description: 'On whose authority.' })
  authority: string;

  @Text({ max: 200, example: '(2026)京0491民初1号' })
  reference: string;

  @DateOnly({ example: '2027-05-01', description: 'The day by which somebody looks at it again.' })
  reviewOn: string;
}

export class ReleaseHoldDto {
  @Text({ max: 1000, optional: true, example: 'The dispute was settled.' })
  reason?: string;
}

export class HoldQuery extends PageQuery {
  @Uuid({ optional: true })
  accountId?: string;

  @Bool({ optional: true, description: 'Only holds in force, or only released ones.' })
  active?: boolean;
}

export class HoldDto {
  @Uuid()
  id: string;

  @Enum(['subject', 'case', 'record_class'])
  scope: string;

  @Uuid({ nullable: true })
  accountId: string | null;

  @Uuid({ nullable: true })
  caseId: string | null;

  @List('text', { max: 50, nullable: true })
  recordClasses: string[] | null;

  @Text({ max: 1000, example: 'Preservation asked for in a civil dispute.' })
  reason: string;

  @Text({ max: 200, example: '北京互联网法院' })
  authority: string;

  @Text({ max: 200, example: '(2026)京0491民初1号' })
  reference: string;

  @Instant()
  reviewAt: string;

  @Bool({ description: 'The review date has passed and the hold is still in force.' })
  reviewOverdue: boolean;

  @Text({ max: 200, example: 'alice' })
  placedBy: string;

  @Instant()
  placedAt: string;

  @Text({ max: 200, nullable: true, example: 'alice' })
  releasedBy: string | null;

  @Instant({ nullable: true })
  releasedAt: string | null;

  @Text({ max: 1000, nullable: true, example: 'The dispute was settled.' })
  releaseReason: string | null;
}
