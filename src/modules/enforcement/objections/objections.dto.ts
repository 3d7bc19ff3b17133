import { Enum, Instant, List, Text, Uuid } from '../../../platform/http/fields.js';
import { ProofFileDto } from '../../../platform/http/proof-file.dto.js';

export class NewBanObjectionDto {
  @Text({ max: 4000, example: 'I was given this number by the operator in October; the contract is dated 2026-10-12.' })
  text: string;
}

export class BanObjectionAnswerDto {
  @Enum(['cleared', 'kept'])
  outcome: 'cleared' | 'kept';

  @Text({ max: 4000, example: 'The operator confirms that the number was assigned anew. You can register now.' })
  answer: string;
}

export class BanObjectionDto {
  @Uuid()
  id: string;

  @Enum(['filed', 'cleared', 'kept'])
  state: string;

  @Instant()
  dueAt: string;

  @Text({ max: 4000, nullable: true, description: 'Null once erased.', example: 'This number is mine since October.' })
  text: string | null;

  @Text({ max: 4000, nullable: true, example: 'You can register now.' })
  answer: string | null;

  @List(() => ProofFileDto, { max: 20, description: 'What was shown with it, oldest first.' })
  files: ProofFileDto[];
}

export class BanObjectionForReviewDto extends BanObjectionDto {
  @Uuid()
  registrationId: string;

  @List('uuid', { max: 20, description: 'The bans that barred it.' })
  sanctionIds: string[];
}
