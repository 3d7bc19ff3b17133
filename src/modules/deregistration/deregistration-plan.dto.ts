import { Bool, Enum, Instant, Int, List, Obj, Text } from '../../platform/http/fields.js';
import { AUTO_APPROVAL_CONDITIONS } from './domain/auto-approval.js';

const SAMPLE_HASH = '3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7';

export class TextsDto {
  @Text({ max: 1000, example: '请先结清欠款。' })
  zh: string;

  @Text({ max: 1000, example: 'Pay the open invoice.' })
  en: string;
}

export class LegalReferenceDto {
  @Text({ max: 200, example: '网络安全法' })
  instrument: string;

  @Text({ max: 100, example: '23(3)' })
  article: string;
}

export class PlanBasisDto {
  @Text({ max: 20, example: 'statutory' })
  kind: string;

  @List(() => LegalReferenceDto, { max: 20 })
  references: LegalReferenceDto[];
}

export class PlannedClassDto {
  @Text({ max: 64, example: 'access_log' })
  recordClass: string;

  @Obj(() => TextsDto, { nullable: true })
  title: TextsDto | null;

  @Enum(['erase', 'seal', 'keep'], {
    description: 'erase: goes. seal: kept sealed. keep: stays in place for its time.',
  })
  disposition: string;

  @Int({ min: 0, max: 2_147_483_647, nullable: true, example: 3 })
  count: number | null;

  @Obj(() => PlanBasisDto, { nullable: true })
  basis: PlanBasisDto | null;

  @Obj(() => TextsDto, { nullable: true, description: 'Why it cannot go at once.' })
  reason: TextsDto | null;

  @Instant({ nullable: true })
  until: string | null;

  @Text({ max: 20, nullable: true, example: 'P6M', description: 'How long it stays from then on.' })
  period: string | null;

  @Enum(['delete', 'anonymise', 'shred'], { nullable: true, description: 'What becomes of it afterwards.' })
  atExpiry: string | null;

  @List('text', { max: 20, example: ['legal'] })
  readers: string[];

  @List('text', { max: 200, example: [], description: 'Legal holds that defer it.' })
  holds: string[];
}

export class PlanDto {
  @Text({ max: 64, example: SAMPLE_HASH, description: 'Send it back with the decision.' })
  planHash: string;

  @Text({ max: 50, example: '2026-11-23' })
  policyVersion: string;

  @Text({ max: 64, example: SAMPLE_HASH })
  policySha256: string;

  @List(() => PlannedClassDto, { max: 200 })
  classes: PlannedClassDto[];

  @List('text', { max: 100, example: ['chat-history'] })
  participants: string[];
}

export class ToldConsentDto {
  @Text({ max: 64, example: 'feedback' })
  recordClass: string;

  @Obj(() => TextsDto, { nullable: true })
  title: TextsDto | null;

  @Obj(() => TextsDto, { nullable: true })
  reason: TextsDto | null;

  @Obj(() => PlanBasisDto, { nullable: true })
  basis: PlanBasisDto | null;

  @Text({ max: 20, nullable: true, example: 'P1Y' })
  period: string | null;

  @Instant({ nullable: true, description: 'The end that was foreseen when it was told.' })
  until: string | null;

  @List('text', { max: 20, example: ['legal'] })
  readers: string[];

  @Text({ max: 64, example: SAMPLE_HASH, description: 'Digest of exactly these words.' })
  digest: string;

  @Instant()
  agreedAt: string;
}

/** One condition of an automatic approval with its outcome (PIPL 24). */
export class ApprovalConditionDto {
  @Enum(AUTO_APPROVAL_CONDITIONS)
  condition: string;

  @Bool()
  met: boolean;
}

export class PartialReasonDto {
  @Text({ max: 20, example: 'erase_outside' })
  phase: string;

  @Text({ max: 64, example: 'billing' })
  unit: string;

  @Text({ max: 64, example: 'acknowledgement_overdue' })
  reason: string;
}
