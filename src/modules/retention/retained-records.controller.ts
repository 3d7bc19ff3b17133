import { Controller, Get, Query } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { actorOf, Caller } from '../../platform/callers/caller.js';
import { IdParam, Operation, STAFF_ROLES } from '../../platform/http/operation.js';
import { type Reading, RecordReader } from './record-reader.js';
import {
  ReadingQuery,
  ReadsDto,
  RegisterDto,
  RetainedRecordDto,
  RetainedRecordsDto,
  SubjectQuery,
  SubjectReadingQuery,
} from './retained-records.dto.js';
import { RETENTION_ERRORS } from './retention.errors.js';
import { RetentionRegister } from './retention-register.js';
import { openedDto, readDto, registerDto } from './retention.presenter.js';

const CLAUSES = ['DER-4', '2.5(1)'];
/** Which of them may open which class is the policy's word, asked record by record. */
const READERS = STAFF_ROLES.filter((role) => role !== 'admin').map((role) => `staff:${role}` as const);

/** Who learns who opened a record; the route of a record's reads says the same. */
const READS_FOR = ['legal', 'auditor'];

/** What is kept of people who left. */
@Controller('v1/retained-records')
export class RetainedRecordsController {
  constructor(
    private readonly reader: RecordReader,
    private readonly keptRecords: RetentionRegister,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Operation({
    summary: 'Read what is kept of a deregistered subject',
    description:
      'Purpose and reference are required; each record that is opened is on record and counts towards the hourly limit.',
    callers: READERS,
    clauses: CLAUSES,
    answer: RetainedRecordsDto,
    errors: [
      RETENTION_ERRORS.retained_reads_limited,
      RETENTION_ERRORS.record_key_destroyed,
      RETENTION_ERRORS.record_keys_unavailable,
    ],
  })
  async readSubject(@Query() query: SubjectReadingQuery, @Caller() caller: Caller): Promise<RetainedRecordsDto> {
    const opened = await this.reader.readSubject(query.subject.toLowerCase(), readingOf(caller, query));
    const now = this.clock.now();
    return { items: opened.map((record) => openedDto(record, now)) };
  }

  @Get('register')
  @Operation({
    summary: 'What is kept of a subject, why and until when, and what became of the rest, without reading it',
    description:
      'Sealed records, rows that stay in place, what only a legal hold keeps, and what the receipt names and is destroyed by now: the receipt minus what has expired.',
    callers: ['staff:legal', 'staff:auditor', 'staff:ops'],
    clauses: ['DER-4', 'DER-6', '2.5(1)'],
    answer: RegisterDto,
    errors: [RETENTION_ERRORS.unknown_policy],
  })
  async register(@Query() query: SubjectQuery, @Caller() caller: Caller): Promise<RegisterDto> {
    const subject = query.subject.toLowerCase();
    const found = await this.keptRecords.of(subject);
    const withReads = caller.kind === 'staff' && caller.roles.some((role) => READS_FOR.includes(role));
    return { items: found.map((line) => registerDto(subject, line, withReads)) };
  }

  @Get(':id')
  @Operation({
    summary: 'Read one retained record',
    callers: READERS,
    clauses: CLAUSES,
    answer: RetainedRecordDto,
    errors: [
      RETENTION_ERRORS.retained_record_not_readable,
      RETENTION_ERRORS.retained_record_expired,
      RETENTION_ERRORS.retained_reads_limited,
      RETENTION_ERRORS.record_key_destroyed,
      RETENTION_ERRORS.record_keys_unavailable,
    ],
  })
  async readOne(
    @IdParam('id') id: string,
    @Query() query: ReadingQuery,
    @Caller() caller: Caller,
  ): Promise<RetainedRecordDto> {
    return openedDto(await this.reader.readOne(id, readingOf(caller, query)), this.clock.now());
  }

  @Get(':id/reads')
  @Operation({
    summary: 'Who read a retained record, when and why',
    callers: ['staff:legal', 'staff:auditor'],
    clauses: CLAUSES,
    answer: ReadsDto,
  })
  async reads(@IdParam('id') id: string): Promise<ReadsDto> {
    return { items: (await this.reader.reads(id)).map(readDto) };
  }
}

function readingOf(caller: Caller, { purpose, reference }: ReadingQuery): Reading {
  const roles = caller.kind === 'staff' ? caller.roles : [];
  return { readerId: actorOf(caller).id, roles, purpose, reference };
}
