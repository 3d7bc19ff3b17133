import { Bool, Enum, Instant, Int, List, Text, Uuid } from '../../../platform/http/fields.js';
import { RECTIFICATION_STATES, type RectificationState } from '../domain/rectification-lifecycle.js';

export class RectificationFileDto {
  @Uuid()
  id: string;

  @Text({ max: 60, example: 'image/png' })
  mediaType: string;

  @Int({ min: 1, max: 100_000_000, example: 48_213 })
  sizeBytes: number;

  @Text({ max: 64, pattern: /^[0-9a-f]{64}$/, example: 'a'.repeat(64) })
  sha256: string;

  @Instant()
  addedAt: string;
}

export class RectificationFilesDto {
  @List(() => RectificationFileDto, { max: 20 })
  items: RectificationFileDto[];
}

export class MyRectificationEntryDto {
  @Enum(['submission', 'accepted', 'returned', 'extended'])
  kind: string;

  @Bool({ description: 'By us.', example: false })
  fromStaff: boolean;

  @Text({ max: 4000, nullable: true, example: 'The display name has been changed.' })
  text: string | null;

  @Instant({ nullable: true, description: 'The new deadline, where it gave one.' })
  dueAt: string | null;

  @Instant()
  at: string;
}

export class MyRectificationDto {
  @Uuid({ description: 'The measure; see GET /v1/accounts/me/decisions for what was ordered.' })
  sanctionId: string;

  @Enum(RECTIFICATION_STATES)
  state: RectificationState;

  @Instant()
  dueAt: string;

  @List(() => MyRectificationEntryDto, { max: 500 })
  entries: MyRectificationEntryDto[];

  @List(() => RectificationFileDto, { max: 20 })
  files: RectificationFileDto[];
}

export class MyRectificationsDto {
  @List(() => MyRectificationDto, { max: 100 })
  items: MyRectificationDto[];
}
