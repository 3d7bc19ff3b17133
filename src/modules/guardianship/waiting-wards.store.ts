import { Injectable } from '@nestjs/common';
import { changed, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';

/** Minors' accounts that wait for a guardian, each with the day on which waiting ends. */
@Injectable()
export class WaitingWardsStore {
  async waitUntil(tx: Tx, accountId: string, dueAt: Date): Promise<void> {
    await rows(
      tx,
      `INSERT INTO waiting_wards (account_id, due_at) VALUES ($1, $2)
       ON CONFLICT (account_id) DO UPDATE SET due_at = EXCLUDED.due_at`,
      [accountId, dueAt],
    );
  }

  /** Only for who waits: a consent that ended after it was granted begins no waiting. */
  async moveDue(tx: Tx, accountId: string, dueAt: Date): Promise<void> {
    await changed(tx, 'UPDATE waiting_wards SET due_at = $2 WHERE account_id = $1 RETURNING 1', [accountId, dueAt]);
  }

  async done(tx: Tx, accountId: string): Promise<void> {
    await changed(tx, 'DELETE FROM waiting_wards WHERE account_id = $1 RETURNING 1', [accountId]);
  }

  /** Without a lock: the account's row comes first, `isDue` asks again under it. */
  async due(tx: Tx, now: Date, limit: number): Promise<string[]> {
    const found = await rows<{ id: string }>(
      tx,
      'SELECT account_id AS id FROM waiting_wards WHERE due_at <= $1 ORDER BY due_at LIMIT $2',
      [now, limit],
    );
    return found.map((r) => r.id);
  }

  async isWaiting(tx: Tx, accountId: string): Promise<boolean> {
    return (await row(tx, 'SELECT 1 FROM waiting_wards WHERE account_id = $1', [accountId])) !== undefined;
  }

  async isDue(tx: Tx, accountId: string, now: Date): Promise<boolean> {
    const found = await row(tx, 'SELECT 1 FROM waiting_wards WHERE account_id = $1 AND due_at <= $2', [accountId, now]);
    return found !== undefined;
  }
}
