import { Injectable } from '@nestjs/common';
import { newId } from '../../kernel/ids.js';
import { row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { Basis } from './domain/policy.js';
import { stripeSql } from './hold.store.js';
import { nameDigestSql } from './keys/key-slot.js';

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

export interface NamedRecord {
  readonly id: string;
  readonly account_id: string;
  readonly record_class: string;
  readonly key_slot: number | null;
}

/** The next expired records of a class. Arrays are PostgreSQL's own text, handed back as they came: nothing is kept a row. */
export interface DueBatch {
  readonly count: number;
  readonly ids: string;
  /** The locks of their subjects. */
  readonly stripes: string;
  readonly last: readonly [since: string, id: string] | null;
}

/** One due record as it may be shown: whose, since when it stands where it stands, and whether a hold keeps it. */
export interface SampledRow {
  readonly subject: string | null;
  readonly since: Date;
  readonly held: boolean;
}

export interface Expired {
  readonly erased: number;
  /** Keys that no record needs any more, packed (`packKeys`); null where there are none. */
  readonly keys: Buffer | null;
}

const CASE_MATCH = 'h.case_id = ANY (r.case_ids)';
const COVERS = `(h.record_classes IS NULL OR r.record_class = ANY (h.record_classes)) AND (h.case_id IS NULL OR ${CASE_MATCH})`;
/** Asked row by row: nothing more than a constant while there is no hold at all, and an index each when there are many. */
const HELD = `(EXISTS (SELECT 1 FROM legal_holds WHERE released_at IS NULL)
  AND (EXISTS (SELECT 1 FROM legal_holds h WHERE h.released_at IS NULL AND h.account_id = r.account_id AND ${COVERS})
    OR EXISTS (SELECT 1 FROM legal_holds h WHERE h.released_at IS NULL AND h.account_id IS NULL AND ${COVERS})))`;

/** The statements of a purge, for whoever wants to see their plans (bench/queue-page.mjs). */
export const PURGE_SQL = {
  due: (after: boolean): string => `
    WITH due AS (
      SELECT id, account_id, expires_at FROM retained_records
       WHERE record_class = $1 AND expires_at <= $2 ${after ? 'AND (expires_at, id) > ($4::timestamptz, $5::uuid)' : ''}
       ORDER BY expires_at, id LIMIT $3)
    SELECT count(*)::int AS count, coalesce(array_agg(id), '{}')::text AS ids,
           coalesce(array_agg(DISTINCT ${stripeSql('account_id')}), '{}')::text AS stripes,
           (SELECT ARRAY[expires_at::text, id::text] FROM due ORDER BY expires_at DESC, id DESC LIMIT 1) AS last
      FROM due`,
  /**
   * Rows, the notes of who read them, and one tombstone for them all. A key goes with its last record: one that was made
   * for another record has no slot of its own beside this one, so only rows without a slot can be others of a key.
   */
  expire: `
    WITH gone AS (
           DELETE FROM retained_records r WHERE r.id = ANY ($1::uuid[]) AND NOT ${HELD}
           RETURNING r.id, r.account_id, r.record_class, r.expires_at, r.key_slot),
         reads AS (DELETE FROM retained_record_reads WHERE record_id IN (SELECT id FROM gone)),
         buried AS (
           INSERT INTO retained_record_tombstones
             (id, record_class, run_id, destroyed_at, expired_from, expired_until, record_ids, account_ids)
           SELECT $2::uuid, record_class, $3::uuid, $4::timestamptz, min(expires_at), max(expires_at), array_agg(id), array_agg(account_id)
             FROM gone GROUP BY record_class),
         others AS (
           SELECT r.account_id FROM retained_records r
            WHERE r.key_slot IS NULL AND r.record_class = $5 AND r.account_id IN (SELECT account_id FROM gone)
              AND r.id NOT IN (SELECT id FROM gone)
            UNION ALL
           SELECT r.account_id FROM retained_records r
            WHERE r.record_class = $5 AND r.account_id IN (SELECT account_id FROM gone WHERE key_slot IS NULL)
              AND r.id NOT IN (SELECT id FROM gone))
    SELECT count(*)::int AS erased,
           string_agg(int4send(coalesce(key_slot, -1)) || ${nameDigestSql('account_id', 'record_class')}, ''::bytea)
             FILTER (WHERE account_id NOT IN (SELECT account_id FROM others)) AS keys
      FROM gone`,
} as const;

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

  /** The oldest due records of a class. */
  sampleDue(tx: Tx, recordClass: string, expiredBy: Date, limit: number): Promise<SampledRow[]> {
    return rows<SampledRow>(
      tx,
      `SELECT r.account_id::text AS subject, r.expires_at AS since, ${HELD} AS held FROM retained_records r
        WHERE r.record_class = $1 AND r.expires_at <= $2 ORDER BY r.expires_at, r.id LIMIT $3`,
      [recordClass, expiredBy, limit],
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

  /** The next expired records of the class, in keyset order, without a lock. */
  async due(
    tx: Tx,
    recordClass: string,
    expiredBy: Date,
    after: readonly [string, string] | undefined,
    limit: number,
  ): Promise<DueBatch> {
    const values = [recordClass, expiredBy, limit, ...(after ?? [])];
    const found = await row<DueBatch>(tx, PURGE_SQL.due(after !== undefined), values);
    return found ?? { count: 0, ids: '{}', stripes: '{}', last: null };
  }

  /** Those of `ids` that are there and under no hold: deleted, tombstone left. Asked under the subjects' locks. */
  async expire(tx: Tx, recordClass: string, ids: string, runId: string | null, at: Date): Promise<Expired> {
    const found = await row<Expired>(tx, PURGE_SQL.expire, [ids, newId(), runId, at, recordClass]);
    return found ?? { erased: 0, keys: null };
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

  /** Rows whose key is gone already: a tombstone, and no question of holds. @returns how many went */
  async bury(tx: Tx, ids: readonly string[], at: Date): Promise<number> {
    const done = await rows<{ count: number }>(
      tx,
      `WITH gone AS (DELETE FROM retained_records WHERE id = ANY ($1) RETURNING id, account_id, record_class, expires_at)
       INSERT INTO retained_record_tombstones
         (id, record_class, run_id, destroyed_at, expired_from, expired_until, record_ids, account_ids)
       SELECT gen_random_uuid(), record_class, NULL, $2, min(expires_at), max(expires_at), array_agg(id), array_agg(account_id)
         FROM gone GROUP BY record_class
       RETURNING cardinality(record_ids) AS count`,
      [ids, at],
    );
    return done.reduce((sum, { count }) => sum + count, 0);
  }

  /**
   * Expired and unheld records that a hold on this would cover: of a subject all, else the first of each class, for a purge
   * takes them in this order.
   */
  expiredUnder(
    tx: Tx,
    scope: { accountId: string | null; caseId: string | null; recordClasses: readonly string[] },
    now: Date,
    limit: number,
  ): Promise<NamedRecord[]> {
    const columns = 'r.id, r.account_id, r.record_class, r.key_slot';
    const { accountId, caseId, recordClasses } = scope;
    if (accountId !== null)
      return rows<NamedRecord>(
        tx,
        `SELECT ${columns} FROM retained_records r
          WHERE r.account_id = $1 AND r.record_class = ANY ($2) AND r.expires_at <= $3 AND NOT ${HELD}`,
        [accountId, recordClasses, now],
      );
    return rows<NamedRecord>(
      tx,
      `SELECT ${columns} FROM unnest($1::text[]) AS c (name) CROSS JOIN LATERAL (
         SELECT r.* FROM retained_records r WHERE r.record_class = c.name AND r.expires_at <= $2 AND NOT ${HELD}
          ORDER BY r.expires_at, r.id LIMIT $3) AS r
        WHERE $4::uuid IS NULL OR $4 = ANY (r.case_ids)`,
      [recordClasses, now, limit, caseId],
    );
  }

  /** Keyset walk over names, to find rows whose key is gone (after a restored backup). */
  names(tx: Tx, after: string | undefined, limit: number): Promise<NamedRecord[]> {
    return rows(
      tx,
      `SELECT id, account_id, record_class, key_slot FROM retained_records
        WHERE ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2`,
      [after ?? null, limit],
    );
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
