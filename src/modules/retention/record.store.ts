import { Injectable } from '@nestjs/common';
import { row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { Basis } from './domain/policy.js';

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

export interface GraveRow {
  readonly record_id: string;
  readonly destroyed_at: Date;
  readonly run_id: string | null;
}

/** Whether a hold on a case (`h`) covers a record (`r`). */
export const CASE_MATCH = 'h.case_id = ANY (r.case_ids)';
/** Stores retained records, and the log of who read each of them. */
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

  /** Of all the subject's records, newest first. */
  readsOf(tx: Tx, accountId: string): Promise<ReadRow[]> {
    return rows<ReadRow>(
      tx,
      'SELECT * FROM retained_record_reads WHERE account_id = $1 ORDER BY read_at DESC, id DESC LIMIT 500',
      [accountId],
    );
  }

  /** What became of a record that is gone: its tombstone is found by class and end, which the receipt tells. */
  graveOf(tx: Tx, accountId: string, recordClass: string, until: Date | null): Promise<GraveRow | undefined> {
    return row<GraveRow>(
      tx,
      `SELECT destroyed_at, run_id, record_ids[array_position(account_ids, $2::uuid)] AS record_id
         FROM retained_record_tombstones
        WHERE record_class = $1 AND expired_until >= $3 AND expired_from <= $3 AND $2::uuid = ANY (account_ids)
        ORDER BY destroyed_at LIMIT 1`,
      [recordClass, accountId, until],
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
