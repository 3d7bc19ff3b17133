import { Bool, Enum, Instant, List, Text, Uuid } from '../../../platform/http/fields.js';
import { ProofFileDto } from '../../../platform/http/proof-file.dto.js';
import { RECTIFICATION_STATES, type RectificationState } from '../domain/rectification-lifecycle.js';

export class RectificationFilesDto {
  @List(() => ProofFileDto, { max: 20 })
  items: ProofFileDto[];
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

  @List(() => ProofFileDto, { max: 20 })
  files: ProofFileDto[];
}

export class MyRectificationsDto {
  @List(() => MyRectificationDto, { max: 100 })
  items: MyRectificationDto[];
}
