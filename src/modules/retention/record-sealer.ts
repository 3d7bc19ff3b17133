import { Injectable } from '@nestjs/common';
import { canonicalJson } from '../../kernel/canonical-json.js';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { atLeastUntil } from '../../kernel/period.js';
import { encryptedColumns } from '../../platform/crypto/encrypted-columns.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { Tx } from '../../platform/database/transactor.js';
import { Catalogue } from './catalogue.js';
import type { PlanRef } from './deletion-gateway.js';
import type { Keeping, RecordClass, TablePlace } from './domain/policy.js';
import { HoldStore } from './hold.store.js';
import { RecordKeys } from './keys/record-keys.js';
import { type LiveRow, PlaceStore } from './place.store.js';
import { type RecordRow, RecordStore } from './record.store.js';

export interface SealedRecord {
  readonly id: string;
  readonly recordClass: string;
  readonly itemCount: number;
  readonly from: string;
  readonly until: string;
}

export interface RecordToSeal {
  readonly accountId: string;
  readonly recordClass: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** From when the period counts. */
  readonly triggerAt: Date;
  readonly itemCount?: number;
  readonly caseIds?: readonly string[];
}

export const recordContext = (id: string): string => columnContext('retained_records', 'sealed', id);

/** Seals what is kept under the subject's key of its class, reads it back and compares before anything else goes on. */
@Injectable()
export class RecordSealer {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly holds: HoldStore,
    private readonly places: PlaceStore,
    private readonly records: RecordStore,
    private readonly keys: RecordKeys,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  /** The subject's live rows of one class. @returns undefined when the class is not sealed or there is nothing */
  async sealClass(
    tx: Tx,
    accountId: string,
    className: string,
    plan: PlanRef,
    endedAt: Date,
  ): Promise<SealedRecord | undefined> {
    const recordClass = await this.catalogue.recordClass(tx, plan.policySha256, className);
    if (recordClass.ending !== 'seal') return undefined;
    await this.holds.lockSubjects(tx, [accountId]);
    const found = await this.records.ofPlan(tx, accountId, className, plan.planId);
    if (found !== undefined) return summaryOf(found);
    const data = await this.collect(tx, recordClass, accountId);
    const itemCount = Object.values(data).reduce((sum, list) => sum + list.length, 0);
    if (itemCount === 0) return undefined;
    const caseIds = (await Promise.all(recordClass.tables.map((p) => this.places.caseIds(tx, p, accountId)))).flat();
    return this.seal(tx, { accountId, recordClass: className, data, triggerAt: endedAt, itemCount, caseIds }, plan);
  }

  /** @throws DomainError record_key_destroyed for a subject whose key of this class was destroyed */
  async seal(tx: Tx, record: RecordToSeal, plan: PlanRef): Promise<SealedRecord> {
    const { keeping } = await this.catalogue.recordClass(tx, plan.policySha256, record.recordClass);
    if (keeping === undefined) throw new Error(`${record.recordClass} is not kept: nothing to seal`);
    await this.holds.lockSubjects(tx, [record.accountId]);
    const id = newId();
    const plaintext = Buffer.from(canonicalJson(record.data));
    const name = { accountId: record.accountId, recordClass: record.recordClass };
    const { sealed, slot } = await this.keys.seal(name, plaintext, recordContext(id));
    const row = rowOf(id, record, plan, keeping, { sealed, slot }, this.clock.now());
    if (!(await this.records.insert(tx, row))) {
      const first = await this.records.ofPlan(tx, record.accountId, record.recordClass, plan.planId);
      if (first === undefined) throw new Error('a retained record vanished under its lock');
      return summaryOf(first);
    }
    await this.readBack(tx, name, id, plaintext);
    return summaryOf(row);
  }

  /** What stands in the live tables, encrypted columns opened: for sealing and for "my data". */
  async collect(tx: Tx, recordClass: RecordClass, accountId: string): Promise<Record<string, LiveRow[]>> {
    const data: Record<string, LiveRow[]> = {};
    for (const place of recordClass.tables) {
      const found = await this.places.read(tx, place, accountId);
      data[place.table] = [...(data[place.table] ?? []), ...found.map((row) => this.plain(place, row))];
    }
    return data;
  }

  private plain(place: TablePlace, row: LiveRow): LiveRow {
    // An emptied value (a NOT NULL column that was anonymised) is as good as none.
    const values = Object.entries(row).filter(
      ([, value]) => value !== null && !(Buffer.isBuffer(value) && value.length === 0),
    );
    return Object.fromEntries(values.map(([column, value]) => [column, this.plainValue(place, row, column, value)]));
  }

  private plainValue(place: TablePlace, row: LiveRow, column: string, value: unknown): unknown {
    if (value instanceof Date) return value.toISOString();
    if (!Buffer.isBuffer(value)) return value;
    const sealed = encryptedColumns().find((c) => c.table === place.table && c.column === column);
    if (sealed === undefined) return value.toString('base64');
    const rowId = String(row[sealed.idColumn ?? 'id']);
    return this.cipher.openText(value, sealed.context?.(rowId) ?? columnContext(place.table, column, rowId));
  }

  private async readBack(
    tx: Tx,
    name: { accountId: string; recordClass: string },
    id: string,
    plaintext: Buffer,
  ): Promise<void> {
    const stored = await this.records.find(tx, id);
    const opened = stored && (await this.keys.open(name, stored.sealed, recordContext(id)));
    if (!opened?.equals(plaintext)) throw new Error('a sealed record did not read back as it was written');
  }
}

function rowOf(
  id: string,
  record: RecordToSeal,
  plan: PlanRef,
  keeping: Keeping,
  { sealed, slot }: { sealed: Buffer; slot: number | undefined },
  now: Date,
): RecordRow {
  return {
    id,
    account_id: record.accountId,
    record_class: record.recordClass,
    plan_id: plan.planId,
    policy_sha256: plan.policySha256,
    basis: keeping.basis,
    readers: [...keeping.readers],
    at_expiry: keeping.atExpiry,
    trigger_kind: keeping.trigger,
    trigger_at: record.triggerAt,
    expires_at: atLeastUntil(record.triggerAt, keeping.period),
    case_ids: [...new Set(record.caseIds ?? [])],
    item_count: record.itemCount ?? 1,
    key_slot: slot ?? null,
    sealed,
    created_at: now,
  };
}

const summaryOf = (r: RecordRow): SealedRecord => ({
  id: r.id,
  recordClass: r.record_class,
  itemCount: r.item_count,
  from: r.trigger_at.toISOString(),
  until: r.expires_at.toISOString(),
});
