import { Injectable } from '@nestjs/common';
import { changed, row, rows } from '../../../platform/database/sql.js';
import type { Tx } from '../../../platform/database/transactor.js';
import type { RectificationState } from '../domain/rectification-lifecycle.js';

export interface OrderRecord {
  readonly sanctionId: string;
  readonly accountId: string;
  readonly state: RectificationState;
  readonly version: number;
  readonly dueAt: Date;
  readonly remindAt: Date | null;
  readonly nextAt: Date | null;
  readonly updatedAt: Date;
}

export interface OrderEntry {
  readonly id: string;
  readonly kind: 'submission' | 'accepted' | 'returned' | 'extended';
  readonly actorKind: string;
  readonly actorId: string;
  readonly sealed: Buffer | null;
  readonly dueAt: Date | null;
  readonly at: Date;
}

export interface RemovalRecord {
  readonly id: string;
  readonly sanctionId: string;
  readonly accountId: string;
  readonly system: string;
  readonly contentRef: string;
  readonly state: 'asked' | 'removed' | 'not_found' | 'refused' | 'given_up';
  readonly attempts: number;
  readonly answeredAt: Date | null;
  readonly note: string | null;
}

const ORDER = `sanction_id AS "sanctionId", account_id AS "accountId", state, version, due_at AS "dueAt", remind_at AS "remindAt",
  next_at AS "nextAt", updated_at AS "updatedAt"`;
const REMOVAL = `id, sanction_id AS "sanctionId", account_id AS "accountId", system, content_ref AS "contentRef", state, attempts,
  answered_at AS "answeredAt", note`;

@Injectable()
export class OrdersStore {
  async insert(tx: Tx, o: OrderRecord): Promise<void> {
    await rows(
      tx,
      `INSERT INTO rectifications (sanction_id, account_id, state, version, due_at, remind_at, next_at, updated_at)
       VALUES ($1, $2, 'ordered', 1, $3, $4, $5, $6)`,
      [o.sanctionId, o.accountId, o.dueAt, o.remindAt, o.nextAt, o.updatedAt],
    );
  }

  find(tx: Tx, sanctionId: string): Promise<OrderRecord | undefined> {
    return row(tx, `SELECT ${ORDER} FROM rectifications WHERE sanction_id = $1`, [sanctionId]);
  }

  ofAccount(tx: Tx, accountId: string): Promise<OrderRecord[]> {
    return rows(tx, `SELECT ${ORDER} FROM rectifications WHERE account_id = $1 ORDER BY updated_at DESC LIMIT 100`, [
      accountId,
    ]);
  }

  lock(tx: Tx, sanctionId: string): Promise<OrderRecord | undefined> {
    return row(tx, `SELECT ${ORDER} FROM rectifications WHERE sanction_id = $1 FOR UPDATE`, [sanctionId]);
  }

  async save(tx: Tx, o: OrderRecord): Promise<OrderRecord | undefined> {
    const [saved] = await changed<OrderRecord>(
      tx,
      `UPDATE rectifications SET state = $3, due_at = $4, remind_at = $5, next_at = $6, updated_at = $7, version = version + 1
        WHERE sanction_id = $1 AND version = $2 RETURNING ${ORDER}`,
      [o.sanctionId, o.version, o.state, o.dueAt, o.remindAt, o.nextAt, o.updatedAt],
    );
    return saved;
  }

  claimDue(tx: Tx, now: Date, limit: number): Promise<OrderRecord[]> {
    return rows(
      tx,
      `SELECT ${ORDER} FROM rectifications WHERE next_at <= $1 ORDER BY next_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [now, limit],
    );
  }

  async addEntry(tx: Tx, sanctionId: string, accountId: string, e: OrderEntry): Promise<void> {
    await rows(
      tx,
      `INSERT INTO rectification_entries (id, sanction_id, account_id, kind, actor_kind, actor_id, sealed, due_at, at, case_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, (SELECT case_id FROM sanctions WHERE id = $2))`,
      [e.id, sanctionId, accountId, e.kind, e.actorKind, e.actorId, e.sealed, e.dueAt, e.at],
    );
  }

  entriesOf(tx: Tx, sanctionId: string): Promise<OrderEntry[]> {
    return rows(
      tx,
      `SELECT id, kind, actor_kind AS "actorKind", actor_id AS "actorId", sealed, due_at AS "dueAt", at
         FROM rectification_entries WHERE sanction_id = $1 ORDER BY at, id`,
      [sanctionId],
    );
  }

  async askRemoval(tx: Tx, r: RemovalRecord, now: Date, nextAt: Date): Promise<void> {
    await rows(
      tx,
      `INSERT INTO content_removals (id, sanction_id, account_id, system, content_ref, state, attempts, next_at, asked_at)
       VALUES ($1, $2, $3, $4, $5, 'asked', 1, $6, $7)
       ON CONFLICT ON CONSTRAINT content_removals_once DO NOTHING`,
      [r.id, r.sanctionId, r.accountId, r.system, r.contentRef, nextAt, now],
    );
  }

  lockRemoval(tx: Tx, id: string): Promise<RemovalRecord | undefined> {
    return row(tx, `SELECT ${REMOVAL} FROM content_removals WHERE id = $1 FOR UPDATE`, [id]);
  }

  removalsOf(tx: Tx, sanctionId: string): Promise<RemovalRecord[]> {
    return rows(tx, `SELECT ${REMOVAL} FROM content_removals WHERE sanction_id = $1 ORDER BY id`, [sanctionId]);
  }

  async answerRemoval(tx: Tx, id: string, state: string, by: string, note: string | null, now: Date): Promise<boolean> {
    const done = await changed(
      tx,
      `UPDATE content_removals SET state = $2, answered_by = $3, note = $4, answered_at = $5, next_at = NULL
        WHERE id = $1 AND state IN ('asked', 'refused') RETURNING id`,
      [id, state, by, note, now],
    );
    return done.length === 1;
  }

  /**
   * The measure was lifted: what has not been removed yet is no longer asked for.
   * @returns all its removals, also those already done
   */
  withdrawRemovals(tx: Tx, sanctionId: string): Promise<RemovalRecord[]> {
    return changed(tx, `UPDATE content_removals SET next_at = NULL WHERE sanction_id = $1 RETURNING ${REMOVAL}`, [
      sanctionId,
    ]);
  }

  /** One, at once: a person asked for it. Also a refusal is asked again; what is done or was taken back is not. */
  async askNow(tx: Tx, id: string, nextAt: Date): Promise<RemovalRecord | undefined> {
    const [asked] = await changed<RemovalRecord>(
      tx,
      `UPDATE content_removals SET state = 'asked', attempts = attempts + 1, next_at = $2, answered_at = NULL, note = NULL
        WHERE id = $1 AND (state = 'refused' OR (state = 'asked' AND next_at IS NOT NULL)) RETURNING ${REMOVAL}`,
      [id, nextAt],
    );
    return asked;
  }

  /** Silent systems are asked again, each row by one sweep. */
  askAgain(tx: Tx, now: Date, nextAt: Date, limit: number): Promise<RemovalRecord[]> {
    return changed(
      tx,
      `UPDATE content_removals SET attempts = attempts + 1, next_at = $2
        WHERE id IN (SELECT id FROM content_removals WHERE next_at <= $1 ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED)
        RETURNING ${REMOVAL}`,
      [now, nextAt, limit],
    );
  }
}
