import { Injectable } from '@nestjs/common';
import { changed, post, row, rows } from '../../../platform/database/sql.js';
import type { Tx } from '../../../platform/database/transactor.js';
import type { BulkState } from '../domain/bulk-lifecycle.js';

export interface BulkRecord {
  readonly id: string;
  readonly state: BulkState;
  readonly version: number;
  /** The request body as it came: what every item is decided with. */
  readonly order: unknown;
  readonly orderDigest: string;
  readonly total: number;
  readonly proposedBy: string;
  readonly proposedRole: string;
  readonly approvedBy: string | null;
  readonly approvedRole: string | null;
  readonly reversedBy: string | null;
  readonly nextAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface BulkItem {
  readonly accountId: string;
  readonly state: 'waiting' | 'done' | 'refused' | 'reversed' | 'not_reversed';
  readonly decisionId: string | null;
  readonly problem: string | null;
}

const COLUMNS = `id, state, version, order_json AS "order", order_digest AS "orderDigest", total, proposed_by AS "proposedBy",
  proposed_role AS "proposedRole", approved_by AS "approvedBy", approved_role AS "approvedRole", reversed_by AS "reversedBy", next_at AS "nextAt",
  created_at AS "createdAt", updated_at AS "updatedAt"`;

@Injectable()
export class BulkStore {
  async insert(tx: Tx, b: BulkRecord, accountIds: readonly string[]): Promise<void> {
    await rows(
      tx,
      `INSERT INTO bulk_decisions (id, state, version, order_json, order_digest, total, proposed_by, proposed_role, next_at, created_at,
              updated_at)
       VALUES ($1, $2, 1, $3::jsonb, $4, $5, $6, $7, $8, $9, $9)`,
      [
        b.id,
        b.state,
        JSON.stringify(b.order),
        b.orderDigest,
        b.total,
        b.proposedBy,
        b.proposedRole,
        b.nextAt,
        b.createdAt,
      ],
    );
    await rows(
      tx,
      `INSERT INTO bulk_items (bulk_id, account_id, state, updated_at) SELECT $1, unnest($2::uuid[]), 'waiting', $3`,
      [b.id, accountIds, b.createdAt],
    );
  }

  find(tx: Tx, id: string): Promise<BulkRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM bulk_decisions WHERE id = $1`, [id]);
  }

  /** Newest first, by its index. */
  list(tx: Tx, state: string | undefined, after: readonly unknown[] | undefined, limit: number): Promise<BulkRecord[]> {
    return rows(
      tx,
      `SELECT ${COLUMNS} FROM bulk_decisions
        WHERE ($1::text IS NULL OR state = $1) AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid))
        ORDER BY created_at DESC, id DESC LIMIT $4`,
      [state ?? null, after?.[0] ?? null, after?.[1] ?? null, limit + 1],
    );
  }

  lock(tx: Tx, id: string): Promise<BulkRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM bulk_decisions WHERE id = $1 FOR UPDATE`, [id]);
  }

  due(tx: Tx, now: Date): Promise<BulkRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM bulk_decisions WHERE next_at <= $1 ORDER BY next_at LIMIT 1`, [now]);
  }

  async save(tx: Tx, b: BulkRecord): Promise<BulkRecord | undefined> {
    const [saved] = await changed<BulkRecord>(
      tx,
      `UPDATE bulk_decisions SET state = $3, approved_by = $4, reversed_by = $5, next_at = $6, updated_at = $7, approved_role = $8, version = version + 1
        WHERE id = $1 AND version = $2 RETURNING ${COLUMNS}`,
      [b.id, b.version, b.state, b.approvedBy, b.reversedBy, b.nextAt, b.updatedAt, b.approvedRole],
    );
    return saved;
  }

  items(tx: Tx, bulkId: string, state: BulkItem['state'], limit: number): Promise<BulkItem[]> {
    return rows(
      tx,
      `SELECT account_id AS "accountId", state, decision_id AS "decisionId", problem FROM bulk_items
        WHERE bulk_id = $1 AND state = $2 ORDER BY attempts, account_id LIMIT $3`,
      [bulkId, state, limit],
    );
  }

  listItems(tx: Tx, bulkId: string, after: readonly unknown[] | undefined, limit: number): Promise<BulkItem[]> {
    return rows(
      tx,
      `SELECT account_id AS "accountId", state, decision_id AS "decisionId", problem FROM bulk_items
        WHERE bulk_id = $1 AND ($2::uuid IS NULL OR account_id > $2) ORDER BY account_id LIMIT $3`,
      [bulkId, after?.[0] ?? null, limit + 1],
    );
  }

  /** One worker takes an item; another that comes at once finds it locked and goes on. */
  async takeItem(tx: Tx, bulkId: string, accountId: string, state: BulkItem['state']): Promise<boolean> {
    const taken = await row(
      tx,
      `SELECT 1 FROM bulk_items WHERE bulk_id = $1 AND account_id = $2 AND state = $3 FOR UPDATE SKIP LOCKED`,
      [bulkId, accountId, state],
    );
    return taken !== undefined;
  }

  async setItem(tx: Tx, bulkId: string, item: BulkItem, now: Date): Promise<void> {
    await post(
      tx,
      `UPDATE bulk_items SET state = $3, decision_id = $4, problem = $5, updated_at = $6
        WHERE bulk_id = $1 AND account_id = $2`,
      [bulkId, item.accountId, item.state, item.decisionId, item.problem, now],
    );
  }

  /** What broke goes behind the others, and after `most` attempts is given up as `onEnd`, to be seen in the outcome. */
  async setBack(
    tx: Tx,
    bulkId: string,
    accountId: string,
    end: { readonly most: number; readonly onEnd: BulkItem['state']; readonly from: BulkItem['state'] },
    now: Date,
  ): Promise<void> {
    await changed(
      tx,
      `UPDATE bulk_items SET attempts = attempts + 1, updated_at = $6, problem = 'internal_error',
              state = CASE WHEN attempts + 1 >= $4 THEN $5 ELSE state END
        WHERE bulk_id = $1 AND account_id = $2 AND state = $3 RETURNING 1`,
      [bulkId, accountId, end.from, end.most, end.onEnd, now],
    );
  }

  /** Its turn is over for now: the next of several bulk decisions goes on. */
  async passTurn(tx: Tx, bulkId: string, now: Date): Promise<void> {
    await changed(tx, 'UPDATE bulk_decisions SET next_at = $2 WHERE id = $1 AND next_at < $2 RETURNING 1', [
      bulkId,
      now,
    ]);
  }

  async counts(tx: Tx, bulkId: string): Promise<Record<string, number>> {
    const found = await rows<{ state: string; n: number }>(
      tx,
      'SELECT state, count(*)::int AS n FROM bulk_items WHERE bulk_id = $1 GROUP BY state',
      [bulkId],
    );
    return Object.fromEntries(found.map((r) => [r.state, r.n]));
  }
}
