import { Enum, Instant, Int, Json, List, Obj, Text, Uuid } from '../../platform/http/fields.js';
import { EXPIRY_ACTIONS, TRIGGERS } from './domain/policy.js';
import { BasisDto } from './retention.dto.js';

export class ReadingQuery {
  @Text({ max: 200, min: 3, example: 'complaint_handling', description: 'Why it is read; on record.' })
  purpose: string;

  @Text({
    max: 200,
    example: 'CASE-2026-11-0042',
    description: 'The case, request or order that it is read for; on record.',
  })
  reference: string;
}

export class SubjectReadingQuery extends ReadingQuery {
  @Uuid({ description: 'The deregistered account.' })
  subject: string;
}

export class SubjectQuery {
  @Uuid({ description: 'The deregistered account.' })
  subject: string;
}

export class RegisterEntryDto {
  @Uuid()
  id: string;

  @Uuid()
  subject: string;

  @Text({ max: 100, example: 'registration_identity' })
  recordClass: string;

  @Enum(['sealed', 'held', 'expired'])
  state: string;

  @Obj(() => BasisDto)
  basis: BasisDto;

  @Enum(TRIGGERS)
  trigger: string;

  @Instant()
  triggerAt: string;

  @Instant({ description: 'Not readable from here on; erased by the next run.' })
  expiresAt: string;

  @Enum(EXPIRY_ACTIONS)
  atExpiry: string;

  @List('text', { max: 10 })
  readers: string[];

  @List('text', { max: 100, description: 'Legal holds in force.' })
  holds: string[];

  @Int({ min: 0, max: 2_147_483_647, example: 3, description: 'How many rows it was made of.' })
  itemCount: number;

  @Text({ max: 64, example: 'a3f1…' })
  policySha256: string;

  @Int({ min: 0, max: 2_147_483_647, example: 1 })
  timesRead: number;

  @Instant({ nullable: true })
  lastReadAt: string | null;
}

export class RegisterDto {
  @List(() => RegisterEntryDto, { max: 1000 })
  items: RegisterEntryDto[];
}

export class RetainedRecordDto extends RegisterEntryDto {
  @Json({
    nullable: true,
    description: 'What was kept, by table; null where you may not read it.',
    example: { accounts: [] },
  })
  data: Record<string, unknown> | null;

  @Enum(['role', 'expired'], { nullable: true, description: 'Why `data` is null.' })
  unreadable: string | null;
}

export class RetainedRecordsDto {
  @List(() => RetainedRecordDto, { max: 1000 })
  items: RetainedRecordDto[];
}

export class ReadDto {
  @Text({ max: 200, example: 'alice' })
  readBy: string;

  @Text({ max: 50, example: 'auditor' })
  role: string;

  @Text({ max: 200, example: 'complaint_handling' })
  purpose: string;

  @Text({ max: 200, example: 'CASE-2026-11-0042' })
  reference: string;

  @Instant()
  readAt: string;
}

export class ReadsDto {
  @List(() => ReadDto, { max: 500 })
  items: ReadDto[];
}
