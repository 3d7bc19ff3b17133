import { Enum, Instant, Int, List, Text, Uuid } from '../../../platform/http/fields.js';
import { PageQuery } from '../../../platform/http/paging.js';

const REMOVAL_STATES = ['asked', 'removed', 'not_found', 'refused', 'given_up'];

export class RemovalQuery extends PageQuery {
  @Enum(REMOVAL_STATES, { optional: true, description: '`asked` and `refused` when absent: what is still open.' })
  state?: string;

  @Text({ max: 100, optional: true, example: 'shares' })
  system?: string;
}

export class RemovalItemDto {
  @Uuid()
  id: string;

  @Uuid()
  sanctionId: string;

  @Uuid()
  accountId: string;

  @Text({ max: 100, example: 'shares' })
  system: string;

  @Text({ max: 500, example: 'share/8842' })
  contentRef: string;

  @Enum(REMOVAL_STATES)
  state: string;

  @Int({ min: 1, max: 1_000_000, example: 3 })
  attempts: number;

  @Instant()
  askedAt: string;

  @Instant({ nullable: true, description: 'When it is asked again.' })
  nextAt: string | null;

  @Instant({ nullable: true })
  answeredAt: string | null;

  @Text({ max: 1000, nullable: true, example: 'Kept for a court.' })
  note: string | null;
}

export class ContentSystemDto {
  @Text({ max: 100, example: 'shares' })
  system: string;

  @Int({ min: 0, max: 1_000_000_000, description: 'Not answered yet.', example: 2 })
  asked: number;

  @Int({ min: 0, max: 1_000_000_000, example: 1 })
  refused: number;

  @Int({ min: 0, max: 1_000_000_000, example: 40 })
  removed: number;

  @Int({ min: 0, max: 1_000_000_000, example: 3 })
  notFound: number;

  @Instant({ nullable: true, description: 'The oldest that is still open.' })
  oldestAskedAt: string | null;
}

export class ContentSystemsDto {
  @List(() => ContentSystemDto, { max: 200 })
  items: ContentSystemDto[];
}
