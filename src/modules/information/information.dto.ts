import { DateOnly, Enum, Instant, List, Obj, Text, Uuid } from '../../platform/http/fields.js';
import { ProofFileDto } from '../../platform/http/proof-file.dto.js';
import { CORRECTION_STATES } from './domain/information-correction-lifecycle.js';
import { PageQuery } from '../../platform/http/paging.js';
import { DISPUTE_OUTCOMES, DISPUTE_STATES, type DisputeOutcome } from './domain/information-dispute-lifecycle.js';

export const DISPUTABLE = ['display_name', 'birth_date', 'phone', 'third_party_account', 'guardian'];
export const KINDS = ['information_correction', 'birth_date_correction'];
const CODE = /^[a-z][a-z0-9_]*$/;

export class OpenDisputeDto {
  @List('text', { min: 1, max: 5, values: DISPUTABLE, description: 'What is disputed.', example: ['display_name'] })
  fields: string[];

  @Text({ max: 1000, min: 5, description: 'Told to the person.', example: '昵称与实名主体不符。' })
  reason: string;

  @Enum(DISPUTE_OUTCOMES, {
    description:
      '`challenge`: to be put right in time; `limit_features`: those features rest; `refuse`: use stops now.',
  })
  outcome: DisputeOutcome;

  @List('text', { max: 20, optional: true, description: 'For `limit_features`.', example: ['share'] })
  features?: string[];
}

export class InformationDisputeDto {
  @Uuid()
  id: string;

  @Enum(DISPUTE_STATES)
  state: string;

  @Enum(DISPUTE_OUTCOMES)
  outcome: string;

  @List('text', { max: 5 })
  fields: readonly string[];

  @List('text', { max: 20 })
  features: readonly string[];

  @Text({ max: 1000 })
  reason: string;

  @Instant()
  openedAt: string;

  @Instant({ description: 'To be put right by then.' })
  dueAt: string;

  @Instant({ nullable: true })
  endedAt: string | null;
}

export class DisputeQuery extends PageQuery {
  @Enum(DISPUTE_STATES, { optional: true, description: 'What is still open when absent.' })
  state?: string;
}

export class InformationDisputeItemDto extends InformationDisputeDto {
  @Uuid()
  accountId: string;
}

export class InformationDisputesDto {
  @List(() => InformationDisputeDto, { max: 100, description: 'Newest first.' })
  items: InformationDisputeDto[];
}

export class CorrectInformationDto {
  @Text({ max: 2000, min: 5, description: 'What is right, and how we can see it.', example: '昵称已更正。' })
  statement: string;

  @Text({ max: 200, optional: true, example: '小明' })
  displayName?: string;

  @DateOnly({ optional: true })
  birthDate?: string;
}

export class CorrectBirthDateDto {
  @DateOnly({ example: '2010-02-28' })
  birthDate: string;

  @Text({ max: 2000, min: 5, description: 'How it came to be wrong.', example: '注册时年份填写错误。' })
  statement: string;
}

export class InformationCorrectionDto {
  @Uuid()
  id: string;

  @Enum(KINDS)
  kind: string;

  @Enum(CORRECTION_STATES)
  state: string;

  @Uuid({ nullable: true })
  disputeId: string | null;

  @Instant()
  filedAt: string;

  @Instant({ description: 'Looked at by then.' })
  dueAt: string;

  @Instant({ nullable: true })
  decidedAt: string | null;

  @Text({ max: 100, nullable: true, example: 'documents_match' })
  reasonCode: string | null;
}

export class InformationCorrectionFilesDto {
  @List(() => ProofFileDto, { max: 20 })
  items: ProofFileDto[];
}

export class CorrectionQuery extends PageQuery {
  @Enum(CORRECTION_STATES, { optional: true, description: '`in_review` when absent.' })
  state?: string;
}

export class InformationCorrectionItemDto extends InformationCorrectionDto {
  @Uuid()
  accountId: string;
}

export class MyInformationCorrectionDto extends InformationCorrectionDto {
  @List(() => ProofFileDto, { max: 20, description: 'What I added to it.' })
  files: ProofFileDto[];
}

export class InformationCorrectionsDto {
  @List(() => MyInformationCorrectionDto, { max: 100, description: 'Newest first.' })
  items: MyInformationCorrectionDto[];
}

export class CorrectionClaimDto {
  @Text({ max: 2000 })
  statement: string;

  @Text({ max: 200, optional: true })
  displayName?: string;

  @DateOnly({ optional: true })
  birthDate?: string;
}

export class CorrectionForReviewDto extends InformationCorrectionDto {
  @Uuid()
  accountId: string;

  @Obj(() => CorrectionClaimDto)
  claim: CorrectionClaimDto;

  @Text({ max: 2000, nullable: true })
  note: string | null;
}

export class DecideCorrectionDto {
  @Enum(['accept', 'return', 'refuse'], { description: '`return`: not good enough, with another chance.' })
  decision: 'accept' | 'return' | 'refuse';

  @Text({ max: 100, pattern: CODE, example: 'documents_match' })
  reasonCode: string;

  @Text({ max: 2000, optional: true })
  note?: string;
}
