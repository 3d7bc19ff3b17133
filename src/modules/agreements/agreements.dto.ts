import { Bool, Enum, Instant, Int, List, Obj, Text, Uuid } from '../../platform/http/fields.js';
import { ACCEPTANCE_WAYS, CHANNELS, CONSENT_POLICIES } from './domain/agreement.js';

const SHA256 = /^[0-9a-f]{64}$/;
const SHA256_EXAMPLE = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
/** Versions stand in paths: no slash, nothing that needs escaping. */
const VERSION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const DOCUMENT_ID = /^[a-z][a-z0-9_]{0,63}$/;
const TOPIC = /^(\*|[a-z][a-z0-9_]*(\.[a-z0-9_]+)*)$/;

export class VersionRefDto {
  @Text({ max: 64, pattern: DOCUMENT_ID, example: 'user_agreement' })
  documentId: string;

  @Text({ max: 64, pattern: VERSION, example: '2025-01-20' })
  version: string;

  @Text({ max: 64, pattern: SHA256, description: 'SHA-256 of the text in UTF-8.', example: SHA256_EXAMPLE })
  sha256: string;
}

export class AgreementVersionDto extends VersionRefDto {
  @Text({ max: 200, example: '用户协议' })
  title: string;

  @Text({ max: 20, example: 'zh-CN' })
  language: string;

  @Instant()
  publishedAt: string;

  @Instant()
  effectiveAt: string;

  @Text({ max: 4000, min: 0, example: '增加未成年人保护条款。' })
  changeSummary: string;

  @Text({ max: 64, nullable: true, description: 'The version that this one follows.', example: '2024-06-01' })
  supersedes: string | null;

  @Enum(CONSENT_POLICIES, {
    description: '`explicit` asks again; with `continued_use`, using the service is the answer.',
  })
  policy: string;

  @List('text', { max: 50, itemMax: 100, description: 'What it governs; `*` is everything.', example: ['*'] })
  topics: string[];
}

export class AgreementTextDto extends AgreementVersionDto {
  @Text({ max: 250_000, example: '# 用户协议\n…' })
  text: string;
}

export class AgreementDocumentDto {
  @Text({ max: 64, pattern: DOCUMENT_ID, example: 'user_agreement' })
  documentId: string;

  @Enum(['general', 'specific'], { description: 'A specific agreement prevails over the general one (preamble).' })
  kind: string;

  @Text({ max: 200, example: '用户协议' })
  title: string;

  @Bool({ description: 'No account without acceptance of its version in effect.' })
  requiredAtRegistration: boolean;

  @Int({ min: -1000, max: 1000, description: 'Where two texts govern one topic, the higher prevails.', example: 0 })
  precedence: number;

  @Obj(() => AgreementVersionDto, { nullable: true, description: 'The version in effect; null while none is.' })
  inEffect: AgreementVersionDto | null;

  @List(() => AgreementVersionDto, { max: 1000, description: 'Every version, oldest first, announced ones included.' })
  versions: AgreementVersionDto[];
}

export class AgreementsDto {
  @List(() => AgreementDocumentDto, { max: 100 })
  items: AgreementDocumentDto[];
}

export class PublishVersionDto {
  @Text({ max: 64, pattern: VERSION, example: '2026-12-01' })
  version: string;

  @Text({ max: 200, optional: true, description: 'The configured title by default.', example: '用户协议' })
  title?: string;

  @Text({ max: 20, pattern: /^[a-z]{2}(-[A-Z]{2})?$/, example: 'zh-CN' })
  language: string;

  @Text({ max: 250_000, description: 'Markdown or plain text.', example: '# 用户协议\n…' })
  text: string;

  @Instant({ description: 'A revision never takes effect before it is published.' })
  effectiveAt: string;

  @Text({
    max: 4000,
    min: 0,
    optional: true,
    description: 'Required for a revision.',
    example: '增加未成年人保护条款。',
  })
  changeSummary?: string;

  @Enum(CONSENT_POLICIES)
  policy: 'explicit' | 'continued_use';

  @List('text', { max: 50, min: 1, itemMax: 100, optional: true, description: '`*` by default.', example: ['*'] })
  topics?: string[];

  @Text({
    max: 64,
    pattern: VERSION,
    optional: true,
    description: 'Refused unless it is the last version.',
    example: '2025-01-20',
  })
  supersedes?: string;
}

export class DiffQuery {
  @Text({
    max: 64,
    pattern: VERSION,
    optional: true,
    description: 'The version before by default.',
    example: '2025-01-20',
  })
  against?: string;
}

export class DiffLineDto {
  @Enum(['same', 'added', 'removed'])
  change: string;

  @Text({ max: 250_000, min: 0, example: '2.1 …' })
  text: string;
}

export class DiffDto {
  @Obj(() => VersionRefDto)
  from: VersionRefDto;

  @Obj(() => VersionRefDto)
  to: VersionRefDto;

  @List(() => DiffLineDto, { max: 100_000 })
  lines: DiffLineDto[];
}

export class TopicQuery {
  @Text({ max: 100, pattern: TOPIC, example: 'api' })
  topic: string;
}

export class GoverningDto {
  @Text({ max: 100, example: 'api' })
  topic: string;

  @Obj(() => AgreementVersionDto)
  governs: AgreementVersionDto;

  @Enum(['only_text', 'specific_prevails', 'precedence'])
  because: string;

  @List(() => VersionRefDto, {
    max: 100,
    description: 'Texts that speak to the topic and stand back where they conflict.',
  })
  yields: VersionRefDto[];
}

export class AcceptanceDto extends VersionRefDto {
  @Uuid()
  id: string;

  @Enum(['accepted', 'refused'])
  decision: string;

  @Enum(ACCEPTANCE_WAYS)
  how: string;

  @Enum(CHANNELS)
  channel: string;

  @Instant()
  at: string;

  @Text({ max: 200, nullable: true, description: 'The guardian who answered for a minor.', example: null })
  guardianId: string | null;
}

export class OriginDto {
  @Text({ max: 100, example: '203.0.113.7' })
  ip: string;

  @Text({ max: 500, min: 0, example: 'Mozilla/5.0' })
  userAgent: string;
}

export class ProvenAcceptanceDto extends AcceptanceDto {
  @Text({ max: 200, example: '用户协议' })
  title: string;

  @Instant({ description: 'When that text was published.' })
  publishedAt: string;

  @Instant({ description: 'When it took effect.' })
  effectiveAt: string;

  @Obj(() => OriginDto, { nullable: true, description: 'Null once it was erased.' })
  origin: OriginDto | null;
}

export class ProofQuery {
  @Enum(['json', 'pdf'], { optional: true, description: '`json` by default.' })
  format?: 'json' | 'pdf';
}

export class ProofDto {
  @Uuid()
  accountId: string;

  @Instant()
  issuedAt: string;

  @List(() => ProvenAcceptanceDto, { max: 10_000 })
  acceptances: ProvenAcceptanceDto[];

  @Text({
    max: 1_000_000,
    description: 'Compact JWS (EdDSA, typ `acceptance-proof`) over accountId, issuedAt and acceptances without origin.',
    example: 'eyJhbGciOiJFZERTQSJ9.e30.c2ln',
  })
  jws: string;
}
