import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { digestOf } from '../../kernel/canonical-json.js';
import { DomainError } from '../../kernel/domain-error.js';
import { isId } from '../../kernel/ids.js';
import { changed, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import { RETENTION_ERRORS } from './retention.errors.js';

export interface HoldRow {
  readonly id: string;
  readonly account_id: string | null;
  readonly case_id: string | null;
  readonly record_classes: string[] | null;
  readonly reason: string;
  readonly authority: string;
  readonly reference: string;
  readonly review_at: Date;
  readonly placed_by: string;
  readonly placed_at: Date;
  readonly released_by: string | null;
  readonly released_at: Date | null;
  readonly release_reason: string | null;
}

/** Advisory lock spaces (two-integer form), so that they never meet another module's locks. */
const SUBJECT_LOCKS = 7241;
/** Must never change: versions of the service with different numbers of stripes exclude each other by this lock. */
export const WIDE_LOCK = 7242;
const STRIPES = 1024;

/** A subject's stripe: locks of a batch stay below the lock table's size, whatever the batch. */
export const stripeOf = (accountId: string): number =>
  isId(accountId)
    ? Number.parseInt(accountId.slice(-4), 16) % STRIPES
    : createHash('sha256').update(accountId).digest().readUInt16BE(0) % STRIPES;

/** `stripeOf` a column of ids, in SQL: the last two bytes, which are random in every id. */
export const stripeSql = (accountId: string): string =>
  `((get_byte(uuid_send(${accountId}), 14) * 256 + get_byte(uuid_send(${accountId}), 15)) % ${STRIPES})`;

/** Ids that fall into many stripes, and one that is none: whatever changes the numbers changes these. */
const SAMPLES = [...Array.from({ length: 64 }, (_, i) => sampleId(i)), 'an opaque subject'];

/**
 * How this version numbers its locks, as a digest of what it does with samples. Two that differ would not shut each other
 * out, so the database names the one in force and every lock asks for it (`lockStripes`).
 */
export const LOCK_SCHEME = digestOf({ space: SUBJECT_LOCKS, stripes: SAMPLES.map(stripeOf) }).slice(0, 16);

@Injectable()
export class HoldStore {
  /** The scheme that the database says is in force. */
  async lockScheme(tx: Tx): Promise<string | undefined> {
    return (await row<{ scheme: string }>(tx, 'SELECT scheme FROM advisory_lock_scheme'))?.scheme;
  }

  /**
   * The lock that holds, seals and erasures of a subject share until the end of the transaction (R2, R6): who has it
   * sees every hold that exists, and no hold comes while it works. Sorted, so that two batches never wait in a circle.
   */
  async lockSubjects(tx: Tx, accountIds: readonly string[]): Promise<void> {
    await this.lockStripes(tx, `{${[...new Set(accountIds.map(stripeOf))].join()}}`);
  }

  /**
   * The scheme is read in the second statement: it sees what was committed before the wide lock was had, and while that is
   * held no migration changes it (it takes the same lock for itself).
   * @param stripes an array of PostgreSQL as text, see `stripeSql`: a batch's subjects need not come here for it
   * @throws DomainError lock_scheme_changed: this process is of a version that numbers locks otherwise
   */
  async lockStripes(tx: Tx, stripes: string): Promise<void> {
    await rows(tx, 'SELECT pg_advisory_xact_lock_shared($1, 0)', [WIDE_LOCK]);
    const found = await row<{ scheme: string | null }>(
      tx,
      `SELECT (SELECT scheme FROM advisory_lock_scheme) AS scheme, count(*)
         FROM (SELECT pg_advisory_xact_lock($1, stripe)
                 FROM (SELECT unnest($2::int[]) AS stripe ORDER BY 1) AS sorted OFFSET 0) AS locked`,
      [SUBJECT_LOCKS, stripes],
    );
    if (found?.scheme !== LOCK_SCHEME) throw new DomainError(RETENTION_ERRORS.lock_scheme_changed);
  }

  /** For a hold that names no single subject: waits for every erasure under way, and lets none begin. */
  async lockAll(tx: Tx): Promise<void> {
    await rows(tx, 'SELECT pg_advisory_xact_lock($1, 0)', [WIDE_LOCK]);
  }

  /** Holds in force that could concern the subject. */
  active(tx: Tx, accountId: string): Promise<HoldRow[]> {
    return rows<HoldRow>(
      tx,
      `SELECT * FROM legal_holds WHERE released_at IS NULL AND account_id = $1
       UNION ALL
       SELECT * FROM legal_holds WHERE released_at IS NULL AND account_id IS NULL`,
      [accountId],
    );
  }

  async insert(tx: Tx, hold: Omit<HoldRow, 'released_by' | 'released_at' | 'release_reason'>): Promise<boolean> {
    const done = await rows(
      tx,
      `INSERT INTO legal_holds (id, account_id, case_id, record_classes, reason, authority, reference, review_at, placed_by, placed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       ON CONFLICT ON CONSTRAINT legal_holds_pk DO NOTHING RETURNING id`,
      [
        hold.id,
        hold.account_id,
        hold.case_id,
        hold.record_classes,
        hold.reason,
        hold.authority,
        hold.reference,
        hold.review_at,
        hold.placed_by,
        hold.placed_at,
      ],
    );
    return done.length > 0;
  }

  find(tx: Tx, id: string): Promise<HoldRow | undefined> {
    return row<HoldRow>(tx, 'SELECT * FROM legal_holds WHERE id = $1', [id]);
  }

  /** @returns false when it was released already */
  async release(tx: Tx, id: string, by: string, at: Date, reason: string): Promise<boolean> {
    const done = await changed(
      tx,
      `UPDATE legal_holds SET released_by = $2, released_at = $3, release_reason = $4
        WHERE id = $1 AND released_at IS NULL RETURNING id`,
      [id, by, at, reason],
    );
    return done.length > 0;
  }

  list(
    tx: Tx,
    filter: { accountId?: string | undefined; active?: boolean | undefined },
    after: readonly unknown[] | undefined,
    limit: number,
  ): Promise<HoldRow[]> {
    return rows<HoldRow>(
      tx,
      `SELECT * FROM legal_holds
        WHERE ($1::uuid IS NULL OR account_id = $1)
          AND ($2::boolean IS NULL OR (released_at IS NULL) = $2)
          AND ($3::timestamptz IS NULL OR (placed_at, id) < ($3, $4::uuid))
        ORDER BY placed_at DESC, id DESC LIMIT $5`,
      [filter.accountId ?? null, filter.active ?? null, after?.[0] ?? null, after?.[1] ?? null, limit + 1],
    );
  }

  /** How many reviews are overdue: a hold that nobody looks at again is an alert, not an end. */
  async overdueReviews(tx: Tx, now: Date): Promise<number> {
    const found = await row<{ count: number }>(
      tx,
      'SELECT count(*)::int AS count FROM legal_holds WHERE released_at IS NULL AND review_at <= $1',
      [now],
    );
    return found?.count ?? 0;
  }
}

/** SQL: a hold in force covers the row. `h` is the hold; the expressions belong to the row. */
export const heldSql = (accountId: string, recordClass: string, caseMatch: string): string =>
  `EXISTS (SELECT 1 FROM legal_holds h
            WHERE h.released_at IS NULL
              AND (h.account_id IS NULL OR h.account_id::text = ${accountId}::text)
              AND (h.record_classes IS NULL OR ${recordClass} = ANY (h.record_classes))
              AND (h.case_id IS NULL OR ${caseMatch}))`;

/** A UUID whose last two bytes, by which stripes are chosen, differ from the next one's in both halves. */
function sampleId(i: number): string {
  return `0198c0de-7a11-7000-8000-00000000${((i * 4099) & 0xffff).toString(16).padStart(4, '0')}`;
}
