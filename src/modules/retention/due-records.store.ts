import { Injectable } from '@nestjs/common';
import { newId } from '../../kernel/ids.js';
import { row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import { stripeSql } from './hold.store.js';
import { nameDigestSql } from './keys/key-slot.js';
import { CASE_MATCH } from './record.store.js';

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

/** Retained records whose time is over: counted, and gone with a tombstone where no hold keeps them. */
@Injectable()
export class DueRecordsStore {
  /** The oldest due records of a class. */
  sampleDue(tx: Tx, recordClass: string, expiredBy: Date, limit: number): Promise<SampledRow[]> {
    return rows<SampledRow>(
      tx,
      `SELECT r.account_id::text AS subject, r.expires_at AS since, ${HELD} AS held FROM retained_records r
        WHERE r.record_class = $1 AND r.expires_at <= $2 ORDER BY r.expires_at, r.id LIMIT $3`,
      [recordClass, expiredBy, limit],
    );
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

  /** Turns rows whose key is gone already into tombstones; holds do not matter for them. @returns how many */
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

  /** Pages through the rows by key name, to find those whose key is gone after a backup was restored. */
  names(tx: Tx, after: string | undefined, limit: number): Promise<NamedRecord[]> {
    return rows(
      tx,
      `SELECT id, account_id, record_class, key_slot FROM retained_records
        WHERE ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2`,
      [after ?? null, limit],
    );
  }
}
