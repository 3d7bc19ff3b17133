import { Enum, List, Obj, Text } from '../../platform/http/fields.js';
import { STAFF_ROLES } from '../../platform/http/operation.js';
import { BASIS_KINDS, ENDINGS, EXPIRY_ACTIONS, TRIGGERS } from './domain/policy.js';

export class ToldDto {
  @Text({ max: 1000, example: 'Network logs must be kept for at least six months.' })
  en: string;

  @Text({ max: 1000, example: '网络日志依法留存不少于六个月。' })
  zh: string;
}

export class ReferenceDto {
  @Text({ max: 200, example: '网络安全法' })
  instrument: string;

  @Text({ max: 50, example: '23(3)' })
  article: string;
}

export class BasisDto {
  @Enum(BASIS_KINDS)
  kind: string;

  @List(() => ReferenceDto, { max: 20 })
  references: ReferenceDto[];
}

export class RecordClassDto {
  @Text({ max: 100, example: 'registration_identity' })
  recordClass: string;

  @Obj(() => ToldDto)
  title: ToldDto;

  @Enum(ENDINGS, { description: 'What happens when the account ends.' })
  atAccountEnd: string;

  @Obj(() => BasisDto, { nullable: true })
  basis: BasisDto | null;

  @Enum(TRIGGERS, { nullable: true, description: 'From when the period counts.' })
  trigger: string | null;

  @Text({ max: 50, nullable: true, example: 'P6M', description: 'At least this long (ISO 8601).' })
  period: string | null;

  @Enum(EXPIRY_ACTIONS, { nullable: true })
  atExpiry: string | null;

  @List('text', { max: 10, description: 'Staff roles that may read it.', values: [...STAFF_ROLES] })
  readers: string[];

  @Obj(() => ToldDto, { nullable: true, description: 'Why it cannot go at once.' })
  reason: ToldDto | null;

  @Text({ max: 50, nullable: true, example: 'P1D', description: 'Live rows go at this age at the latest.' })
  liveFor: string | null;
}

export class RetentionPolicyDto {
  @Text({ max: 100, example: '2026-11-23' })
  version: string;

  @Text({ max: 64, example: 'a3f1…', description: 'SHA-256 of the canonical policy; every plan pins it.' })
  sha256: string;

  @List(() => RecordClassDto, { max: 200 })
  recordClasses: RecordClassDto[];
}
