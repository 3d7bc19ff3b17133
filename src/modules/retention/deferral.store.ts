import { Injectable } from '@nestjs/common';
import { changed, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';

export interface DeferralRow {
  readonly id: string;
  readonly account_id: string;
  readonly record_class: string;
  readonly plan_id: string;
  readonly policy_sha256: string;
  readonly attempts: number;
  readonly first_refused_at: Date;
  readonly due_at: Date | null;
  readonly done_at: Date | null;
}

const COLUMNS = 'id, account_id, record_class, plan_id, policy_sha256, attempts, first_refused_at, due_at, done_at';

/** Units that a hold stopped. */
@Injectable()
export class DeferralStore {
  /** A refused attempt on record; not due until the hold is released. @returns attempts so far */
  async refuse(
    tx: Tx,
    d: { id: string; accountId: string; recordClass: string; planId: string; policySha256: string; at: Date },
  ): Promise<number> {
    const found = await rows<{ attempts: number }>(
      tx,
      `INSERT INTO retention_deferrals
         (id, account_id, record_class, plan_id, policy_sha256, attempts, first_refused_at, last_refused_at)
       VALUES ($1, $2, $3, $4, $5, 1, $6, $6)
       ON CONFLICT ON CONSTRAINT retention_deferrals_once DO UPDATE
         SET attempts = retention_deferrals.attempts + 1, last_refused_at = excluded.last_refused_at, due_at = NULL
       RETURNING attempts`,
      [d.id, d.accountId, d.recordClass, d.planId, d.policySha256, d.at],
    );
    return found[0]?.attempts ?? 1;
  }

  /** Deferred and not done: of one subject, or of all. */
  open(tx: Tx, accountId: string | null, recordClasses: readonly string[] | null): Promise<DeferralRow[]> {
    return rows<DeferralRow>(
      tx,
      `SELECT ${COLUMNS} FROM retention_deferrals
        WHERE done_at IS NULL AND ($1::uuid IS NULL OR account_id = $1)
          AND ($2::text[] IS NULL OR record_class = ANY ($2)) ORDER BY id`,
      [accountId, recordClasses],
    );
  }

  /** Done or not, newest plan first. */
  ofSubject(tx: Tx, accountId: string): Promise<DeferralRow[]> {
    return rows<DeferralRow>(
      tx,
      `SELECT ${COLUMNS} FROM retention_deferrals WHERE account_id = $1 ORDER BY first_refused_at DESC, record_class`,
      [accountId],
    );
  }

  async enqueue(tx: Tx, ids: readonly string[], at: Date): Promise<void> {
    await changed(
      tx,
      'UPDATE retention_deferrals SET due_at = $2 WHERE id = ANY ($1) AND done_at IS NULL RETURNING 1',
      [ids, at],
    );
  }

  claimDue(tx: Tx, now: Date, limit: number): Promise<DeferralRow[]> {
    return rows<DeferralRow>(
      tx,
      `SELECT ${COLUMNS} FROM retention_deferrals
        WHERE done_at IS NULL AND due_at <= $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [now, limit],
    );
  }

  async finish(tx: Tx, accountId: string, recordClass: string, planId: string, at: Date): Promise<void> {
    await changed(
      tx,
      `UPDATE retention_deferrals SET done_at = $4
        WHERE account_id = $1 AND record_class = $2 AND plan_id = $3 AND done_at IS NULL RETURNING 1`,
      [accountId, recordClass, planId, at],
    );
  }

  /** Units deferred and not done, and since when the oldest of those that could go is due. */
  async waiting(tx: Tx): Promise<{ count: number; oldestDue: Date | null }> {
    const found = await row<{ count: number; oldest: Date | null }>(
      tx,
      'SELECT count(*)::int AS count, min(due_at) AS oldest FROM retention_deferrals WHERE done_at IS NULL',
    );
    return { count: found?.count ?? 0, oldestDue: found?.oldest ?? null };
  }
}
