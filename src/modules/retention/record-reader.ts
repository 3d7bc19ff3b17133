import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { subtractPeriod } from '../../kernel/period.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { AuditService } from '../audit/audit.service.js';
import { readRefusal } from './domain/retained-record-lifecycle.js';
import { RecordKeys } from './keys/record-keys.js';
import { recordContext } from './record-sealer.js';
import { type ReadRow, RecordStore, type RegisterRow } from './record.store.js';
import { RetentionConfig } from './retention.config.js';
import { RETENTION_ERRORS } from './retention.errors.js';

/** Who reads a record, with which roles, and for what reason. */
export interface Reading {
  readonly readerId: string;
  readonly roles: readonly string[];
  readonly purpose: string;
  readonly reference: string;
  /** Where no person sees what is opened, e.g. the service itself for a decision that stands. */
  readonly actor?: Actor;
}

export interface OpenedRecord {
  readonly register: RegisterRow;
  /** null where this reader may not open it, or nobody may any more. */
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly unreadable: 'role' | 'expired' | null;
}

/** What was sealed, by table. */
export type RetainedData = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

const CLAUSES = ['DER-4', '2.5(1)'];
const HOUR = 'PT1H';

/** Opens retained records: role, purpose and reference, each opening on record, and only so many an hour. */
@Injectable()
export class RecordReader {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: RecordStore,
    private readonly keys: RecordKeys,
    private readonly audit: AuditService,
    private readonly config: RetentionConfig,
    private readonly clock: Clock,
  ) {}

  async reads(recordId: string): Promise<ReadRow[]> {
    return this.store.reads(this.transactor.reader, recordId);
  }

  /** Opens everything of the subject that the reader's roles may open. */
  readSubject(accountId: string, reading: Reading): Promise<OpenedRecord[]> {
    return this.transactor.run(async (tx) => {
      const found = await this.store.register(tx, accountId);
      const opened: OpenedRecord[] = [];
      for (const record of found) opened.push(await this.open(tx, record, reading));
      return opened;
    });
  }

  /** For another module's own purpose, in its transaction: what of one class may still be opened. */
  async readClass(tx: Tx, accountId: string, recordClass: string, reading: Reading): Promise<RetainedData[]> {
    const found = (await this.store.register(tx, accountId)).filter((r) => r.record_class === recordClass);
    const opened: RetainedData[] = [];
    for (const record of found) {
      const { data } = await this.open(tx, record, reading);
      if (data !== null) opened.push(data as RetainedData);
    }
    return opened;
  }

  /** @throws DomainError retained_record_not_readable, retained_record_expired, retained_reads_limited */
  readOne(id: string, reading: Reading): Promise<OpenedRecord> {
    return this.transactor.run(async (tx) => {
      const record = await this.store.registerOf(tx, id);
      if (record === undefined) throw new DomainError(HTTP_ERRORS.not_found);
      const opened = await this.open(tx, record, reading);
      if (opened.unreadable === 'expired') throw new DomainError(RETENTION_ERRORS.retained_record_expired);
      if (opened.unreadable === 'role') throw new DomainError(RETENTION_ERRORS.retained_record_not_readable);
      return opened;
    });
  }

  private async open(tx: Tx, register: RegisterRow, reading: Reading): Promise<OpenedRecord> {
    const now = this.clock.now();
    const record = { readers: register.readers, expiresAt: register.expires_at, holds: register.hold_ids.length };
    const refusal = readRefusal(record, reading.roles, now);
    if (refusal !== undefined) return { register, data: null, unreadable: refusal };
    await this.refuseTooMany(tx, reading.readerId);
    const row = await this.store.find(tx, register.id);
    if (row === undefined) throw new DomainError(HTTP_ERRORS.not_found);
    const name = { accountId: row.account_id, recordClass: row.record_class, slot: row.key_slot ?? undefined };
    const plaintext = await this.keys.open(name, row.sealed, recordContext(row.id));
    await this.note(tx, register, reading, now);
    return { register, data: JSON.parse(plaintext.toString('utf8')) as Record<string, unknown>, unreadable: null };
  }

  private async refuseTooMany(tx: Tx, readerId: string): Promise<void> {
    const count = await this.store.readsSince(tx, readerId, subtractPeriod(this.clock.now(), HOUR));
    if (count < this.config.readsPerHour) return;
    throw new DomainError(RETENTION_ERRORS.retained_reads_limited, { retryAfterSeconds: 600 });
  }

  private async note(tx: Tx, register: RegisterRow, reading: Reading, now: Date): Promise<void> {
    const role = reading.roles.find((r) => register.readers.includes(r)) ?? reading.roles[0] ?? 'legal';
    await this.store.insertRead(tx, {
      id: newId(),
      record_id: register.id,
      account_id: register.account_id,
      record_class: register.record_class,
      reader_id: reading.readerId,
      reader_role: role,
      purpose: reading.purpose,
      reference: reading.reference,
      read_at: now,
    });
    await this.audit.record(tx, {
      type: 'retained_record.read',
      actor: reading.actor ?? { kind: 'staff', id: reading.readerId, role },
      accountId: register.account_id,
      target: { kind: 'retained_record', id: register.id },
      clauses: CLAUSES,
      policies: { retention: register.policy_sha256 },
      data: { purpose: reading.purpose, reference: reading.reference, recordClass: register.record_class },
    });
  }
}
