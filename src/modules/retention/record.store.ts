import { Injectable } from '@nestjs/common';
import { changed, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { Basis } from './domain/policy.js';
import { heldSql } from './hold.store.js';

export interface RecordRow {
  readonly id: string;
  readonly account_id: string;
  readonly record_class: string;
  readonly plan_id: string;
  readonly policy_sha256: string;
  readonly basis: Basis;
  readonly readers: string[];
  readonly at_expiry: string;
  readonly trigger_kind: string;
  readonly trigger_at: Date;
  readonly expires_at: Date;
  readonly case_ids: string[];
  readonly item_count: number;
  readonly key_slot: number | null;
  readonly sealed: Buffer;
  readonly created_at: Date;
}

export interface RegisterRow extends Omit<RecordRow, 'sealed' | 'key_slot'> {
  readonly hold_ids: string[];
  readonly read_count: number;
  readonly last_read_at: Date | null;
}

export interface ReadRow {
  readonly id: string;
  readonly record_id: string;
  readonly account_id: string;
  readonly record_class: string;
  readonly reader_id: string;
  readonly reader_role: string;
  readonly purpose: string;
  readonly reference: string;
  readonly read_at: Date;
}

export interface DueRecord {
  readonly id: string;
  readonly account_id: string;
  readonly key_slot: number | null;
  readonly since: string;
}

const CASE_MATCH = 'h.case_id = ANY (r.case_ids)';
const HELD = heldSql('r.account_id', 'r.record_class', CASE_MATCH);

@Injectable()
export class RecordStore {
  /** @returns false when this plan sealed this class already */
  async insert(tx: Tx, r: RecordRow): Promise<boolean> {
    const done = await rows(
      tx,
      `INSERT INTO retained_records (id, account_id, record_class, plan_id, policy_sha256, basis, readers, at_expiry,
         trigger_kind, trigger_at, expires_at, case_ids, item_count, key_slot, sealed, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
       ON CONFLICT ON CONSTRAINT retained_records_once DO NOTHING RETURNING id`,
      [
        r.id,
        r.account_id,
        r.record_class,
        r.plan_id,
        r.policy_sha256,
        JSON.stringify(r.basis),
        r.readers,
        r.at_expiry,
        r.trigger_kind,
        r.trigger_at,
        r.expires_at,
        r.case_ids,
        r.item_count,
        r.key_slot,
        r.sealed,
        r.created_at,
      ],
    );
    return done.length > 0;
  }

  find(tx: Tx, id: string): Promise<RecordRow | undefined> {
    return row<RecordRow>(tx, 'SELECT * FROM retained_records WHERE id = $1', [id]);
  }

  ofPlan(tx: Tx, accountId: string, recordClass: string, planId: string): Promise<RecordRow | undefined> {
    return row<RecordRow>(
      tx,
      'SELECT * FROM retained_records WHERE account_id = $1 AND record_class = $2 AND plan_id = $3',
      [accountId, recordClass, planId],
    );
  }

  /** Everything about the subject's records but what is in them. */
  register(tx: Tx, accountId: string): Promise<RegisterRow[]> {
    return rows<RegisterRow>(tx, `${REGISTER} WHERE r.account_id = $1 ORDER BY r.record_class, r.id`, [accountId]);
  }

  registerOf(tx: Tx, id: string): Promise<RegisterRow | undefined> {
    return row<RegisterRow>(tx, `${REGISTER} WHERE r.id = $1`, [id]);
  }

  reads(tx: Tx, recordId: string): Promise<ReadRow[]> {
    return rows<ReadRow>(
      tx,
      'SELECT * FROM retained_record_reads WHERE record_id = $1 ORDER BY read_at, id LIMIT 500',
      [recordId],
    );
  }

  async insertRead(tx: Tx, r: ReadRow): Promise<void> {
    await rows(
      tx,
      `INSERT INTO retained_record_reads
         (id, record_id, account_id, record_class, reader_id, reader_role, purpose, reference, read_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [r.id, r.record_id, r.account_id, r.record_class, r.reader_id, r.reader_role, r.purpose, r.reference, r.read_at],
    );
  }

  async readsSince(tx: Tx, readerId: string, since: Date): Promise<number> {
    const found = await row<{ count: number }>(
      tx,
      'SELECT count(*)::int AS count FROM retained_record_reads WHERE reader_id = $1 AND read_at > $2',
      [readerId, since],
    );
    return found?.count ?? 0;
  }

  /** The next expired records of the class, in keyset order, without a lock. */
  due(
    tx: Tx,
    recordClass: string,
    expiredBy: Date,
    after: readonly unknown[] | undefined,
    limit: number,
  ): Promise<DueRecord[]> {
    const keyset = after === undefined ? '' : 'AND (expires_at, id) > ($4::timestamptz, $5::uuid)';
    return rows<DueRecord>(
      tx,
      `SELECT id, account_id, key_slot, expires_at::text AS since FROM retained_records
        WHERE record_class = $1 AND expires_at <= $2 ${keyset} ORDER BY expires_at, id LIMIT $3`,
      [recordClass, expiredBy, limit, ...(after ?? [])],
    );
  }

  /** Those of `ids` that may go now: there, and under no hold. Asked under the subjects' locks. */
  free(tx: Tx, ids: readonly string[]): Promise<DueRecord[]> {
    return rows<DueRecord>(
      tx,
      `SELECT id, account_id, key_slot, expires_at::text AS since FROM retained_records r
        WHERE id = ANY ($1) AND NOT ${HELD} FOR UPDATE`,
      [ids],
    );
  }

  async countDue(
    tx: Tx,
    recordClass: string,
    expiredBy: Date,
  ): Promise<{ due: number; held: number; oldest: Date | null }> {
    const found = await row<{ due: number; held: number; oldest: Date | null }>(
      tx,
      `SELECT count(*)::int AS due, count(*) FILTER (WHERE held)::int AS held, min(since) FILTER (WHERE NOT held) AS oldest
         FROM (SELECT expires_at AS since, ${HELD} AS held FROM retained_records r
                WHERE record_class = $1 AND expires_at <= $2) AS found`,
      [recordClass, expiredBy],
    );
    return found ?? { due: 0, held: 0, oldest: null };
  }

  async oldestOverdue(tx: Tx, recordClass: string, expiredBy: Date): Promise<Date | null> {
    const found = await row<{ since: Date }>(
      tx,
      `SELECT expires_at AS since FROM retained_records r
        WHERE record_class = $1 AND expires_at <= $2 AND NOT ${HELD} ORDER BY expires_at LIMIT 1`,
      [recordClass, expiredBy],
    );
    return found?.since ?? null;
  }

  async span(tx: Tx, recordClass: string): Promise<{ count: number; first: Date | null; last: Date | null }> {
    const found = await row<{ count: number; first: Date | null; last: Date | null }>(
      tx,
      `SELECT count(*)::int AS count, min(expires_at) AS first, max(expires_at) AS last
         FROM retained_records WHERE record_class = $1`,
      [recordClass],
    );
    return found ?? { count: 0, first: null, last: null };
  }

  /** Deletes rows and leaves tombstones, in one statement. @returns how many went */
  async destroy(tx: Tx, ids: readonly string[], runId: string | null, at: Date): Promise<number> {
    const done = await rows(
      tx,
      `WITH gone AS (DELETE FROM retained_records WHERE id = ANY ($1) RETURNING id, account_id, record_class, expires_at)
       INSERT INTO retained_record_tombstones (record_id, account_id, record_class, expired_at, destroyed_at, run_id)
       SELECT id, account_id, record_class, expires_at, $3, $2 FROM gone
       ON CONFLICT ON CONSTRAINT retained_record_tombstones_pk DO NOTHING
       RETURNING record_id`,
      [ids, runId, at],
    );
    return done.length;
  }

  /** Of `accountIds`, those that have another record of the class: their key lives on. */
  async withOthers(tx: Tx, recordClass: string, accountIds: readonly string[]): Promise<Set<string>> {
    const found = await rows<{ account_id: string }>(
      tx,
      'SELECT DISTINCT account_id FROM retained_records WHERE record_class = $1 AND account_id = ANY ($2)',
      [recordClass, accountIds],
    );
    return new Set(found.map((r) => r.account_id));
  }

  /** Keyset walk over names, to find rows whose key is gone (after a restored backup). */
  names(tx: Tx, after: string | undefined, limit: number): Promise<(DueRecord & { record_class: string })[]> {
    return rows(
      tx,
      `SELECT id, account_id, record_class, key_slot, expires_at::text AS since FROM retained_records
        WHERE ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2`,
      [after ?? null, limit],
    );
  }

  async deleteReads(tx: Tx, recordIds: readonly string[]): Promise<void> {
    await changed(tx, 'DELETE FROM retained_record_reads WHERE record_id = ANY ($1) RETURNING 1', [recordIds]);
  }
}

const REGISTER = `
  SELECT r.id, r.account_id, r.record_class, r.plan_id, r.policy_sha256, r.basis, r.readers, r.at_expiry, r.trigger_kind,
         r.trigger_at, r.expires_at, r.case_ids, r.item_count, r.created_at,
         ARRAY(SELECT h.id FROM legal_holds h
                WHERE h.released_at IS NULL AND (h.account_id IS NULL OR h.account_id = r.account_id)
                  AND (h.record_classes IS NULL OR r.record_class = ANY (h.record_classes))
                  AND (h.case_id IS NULL OR ${CASE_MATCH}) ORDER BY h.id)::text[] AS hold_ids,
         (SELECT count(*)::int FROM retained_record_reads d WHERE d.record_id = r.id) AS read_count,
         (SELECT max(d.read_at) FROM retained_record_reads d WHERE d.record_id = r.id) AS last_read_at
    FROM retained_records r`;
