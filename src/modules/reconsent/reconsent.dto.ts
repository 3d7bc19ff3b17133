import { Enum, Instant, List, Obj, Text, Uuid } from '../../platform/http/fields.js';

const DOCUMENT_ID = /^[a-z][a-z0-9_]{0,63}$/;
const VERSION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const SHA256_EXAMPLE = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const CHANNELS = ['web', 'app', 'mini_program', 'sdk', 'api'];

export class AnsweredVersionDto {
  @Text({ max: 64, pattern: DOCUMENT_ID, example: 'user_agreement' })
  documentId: string;

  @Text({ max: 64, pattern: VERSION, example: '2025-01-20' })
  version: string;

  @Text({
    max: 64,
    pattern: SHA256,
    optional: true,
    description: 'The text that was shown; refused if it is not that version.',
    example: SHA256_EXAMPLE,
  })
  sha256?: string;
}

export class AnswerDto {
  @List(() => AnsweredVersionDto, { max: 20, min: 1 })
  acceptances: AnsweredVersionDto[];

  @Enum(['accepted', 'refused'], {
    optional: true,
    description: '`accepted` by default. Refusing stops use and names the way out.',
  })
  decision?: 'accepted' | 'refused';

  @Enum(['clickwrap', 'checkbox'], { optional: true, description: '`clickwrap` by default.' })
  how?: 'clickwrap' | 'checkbox';

  @Enum(CHANNELS, { optional: true, description: '`web` by default.' })
  channel?: 'web' | 'app' | 'mini_program' | 'sdk' | 'api';
}

export class UseDto {
  @Text({ max: 64, pattern: DOCUMENT_ID, example: 'user_agreement' })
  documentId: string;

  @Text({ max: 64, pattern: VERSION, example: '2026-12-01' })
  version: string;

  @Instant({ description: 'When the person had the notice of this version before their eyes; before this use.' })
  noticeShownAt: string;

  @Enum(CHANNELS, { optional: true, description: '`app` by default.' })
  channel?: 'web' | 'app' | 'mini_program' | 'sdk' | 'api';
}

export class PendingReconsentDto {
  @Text({ max: 64, example: 'user_agreement' })
  documentId: string;

  @Text({ max: 64, example: '2026-12-01' })
  version: string;

  @Enum(['explicit', 'continued_use'])
  policy: string;

  @Instant({ description: 'When it takes effect.' })
  since: string;

  @Enum(['person', 'guardian'], {
    description:
      'Whose answer ends the waiting: what a guardian agreed to for a minor, the guardian agrees to again (2.1).',
    example: 'person',
  })
  answerBy: 'person' | 'guardian';

  @Instant({ nullable: true, description: 'When it was refused; null while there is no answer.' })
  refusedAt: string | null;
}

export class RefDto {
  @Text({ max: 64, example: 'user_agreement' })
  documentId: string;

  @Text({ max: 64, example: '2025-01-20' })
  version: string;

  @Text({ max: 64, example: SHA256_EXAMPLE })
  sha256: string;
}

export class LinksDto {
  @Text({
    max: 200,
    optional: true,
    description: 'What leaving would mean.',
    example: '/v1/accounts/me/deregistration/preview',
  })
  deregistrationPreview?: string;

  @Text({ max: 200, optional: true, description: 'The way out.', example: '/v1/accounts/me/deregistration' })
  deregistration?: string;

  @Text({ max: 200, description: 'To change one’s mind.', example: '/v1/accounts/me/acceptances' })
  acceptances: string;
}

export class AnsweredDto {
  @Enum(['accepted', 'refused'])
  decision: string;

  @List(() => RefDto, { max: 20 })
  answered: RefDto[];

  @List(() => PendingReconsentDto, { max: 100 })
  pending: PendingReconsentDto[];

  @Obj(() => LinksDto)
  links: LinksDto;
}

export class LedgerLineDto extends RefDto {
  @Uuid()
  id: string;

  @Enum(['accepted', 'refused'])
  decision: string;

  @Enum(['clickwrap', 'checkbox', 'continued_use'])
  how: string;

  @Enum(CHANNELS)
  channel: string;

  @Instant()
  at: string;

  @Text({ max: 200, nullable: true, description: 'The guardian who answered for a minor.', example: null })
  guardianId: string | null;
}

export class AcceptancesDto {
  @List(() => LedgerLineDto, { max: 10_000, description: 'Oldest first.' })
  items: LedgerLineDto[];

  @List(() => PendingReconsentDto, { max: 100, description: 'What waits for an answer, announced versions included.' })
  pending: PendingReconsentDto[];

  @Obj(() => LinksDto)
  links: LinksDto;
}
