import { Bool, Enum, Instant, Int, Json, List, Obj, Text, Uuid } from '../../platform/http/fields.js';
import { EXPIRY_ACTIONS, TRIGGERS } from './domain/policy.js';
import { REGISTER_PLACES, REGISTER_STATES } from './domain/register.js';
import { BasisDto, ToldDto } from './retention.dto.js';

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

export class RetainedRecordDto {
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

/** One line of the register; see `domain/register.ts`. */
export class RegisterEntryDto {
  @Uuid({ nullable: true, description: 'Of a sealed record; null for rows that stay where they are.' })
  id: string | null;

  @Uuid()
  subject: string;

  @Text({ max: 100, example: 'registration_identity' })
  recordClass: string;

  @Obj(() => ToldDto, { nullable: true })
  title: ToldDto | null;

  @Enum(REGISTER_PLACES, { description: 'sealed: a copy under a key of its own. in_place: where it always stood.' })
  place: string;

  @Enum(REGISTER_STATES, { description: 'expired: past its time, gone with the next run.' })
  state: string;

  @Obj(() => BasisDto, { nullable: true, description: 'null: kept by a legal hold alone.' })
  basis: BasisDto | null;

  @Obj(() => ToldDto, { nullable: true, description: 'Why it could not go at once.' })
  reason: ToldDto | null;

  @Enum(TRIGGERS, { nullable: true })
  trigger: string | null;

  @Instant()
  triggerAt: string;

  @Instant({ nullable: true, description: 'null: until the hold is lifted.' })
  expiresAt: string | null;

  @Enum(EXPIRY_ACTIONS, { nullable: true })
  atExpiry: string | null;

  @List('text', { max: 10 })
  readers: string[];

  @List('text', { max: 100, description: 'Legal holds in force.' })
  holds: string[];

  @Int({
    min: 0,
    max: 2_147_483_647,
    nullable: true,
    example: 3,
    description: 'How many rows; null when they are gone.',
  })
  itemCount: number | null;

  @Text({ max: 64, example: 'a3f1…' })
  policySha256: string;

  @Bool({ description: 'The receipt names it. The receipt minus `destroyed` is what is still there.' })
  inReceipt: boolean;

  @Instant({ nullable: true, description: 'null also where rows in place went with their time.' })
  destroyedAt: string | null;

  @Uuid({ nullable: true, description: 'The retention run that destroyed it.' })
  destroyedBy: string | null;

  @Int({ min: 0, max: 500, example: 1 })
  timesRead: number;

  @List(() => ReadDto, {
    max: 500,
    description:
      'Who opened it and why, newest first, for legal and auditors. When it is destroyed the audit log knows.',
  })
  reads: ReadDto[];
}

export class RegisterDto {
  @List(() => RegisterEntryDto, { max: 1000 })
  items: RegisterEntryDto[];
}
