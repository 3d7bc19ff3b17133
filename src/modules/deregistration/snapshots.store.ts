import { Injectable } from '@nestjs/common';
import { changed, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';

/** Where the receipt goes, sealed apart from the account that is being erased, until it has gone out or its time is over. */
@Injectable()
export class SnapshotsStore {
  async insert(
    tx: Tx,
    s: { deregistrationId: string; accountId: string; sealed: Buffer; takenAt: Date; expiresAt: Date },
  ): Promise<void> {
    await rows(
      tx,
      `INSERT INTO deregistration_snapshots (deregistration_id, account_id, sealed, taken_at, expires_at)
       VALUES ($1, $2, $3, $4, $5)`,
      [s.deregistrationId, s.accountId, s.sealed, s.takenAt, s.expiresAt],
    );
  }

  async find(tx: Tx, deregistrationId: string): Promise<Buffer | undefined> {
    const found = await row<{ sealed: Buffer }>(
      tx,
      'SELECT sealed FROM deregistration_snapshots WHERE deregistration_id = $1',
      [deregistrationId],
    );
    return found?.sealed;
  }

  async drop(tx: Tx, deregistrationId: string): Promise<void> {
    await changed(tx, 'DELETE FROM deregistration_snapshots WHERE deregistration_id = $1 RETURNING 1', [
      deregistrationId,
    ]);
  }

  /** @returns how many sealed addresses outlived their time and went */
  async dropExpired(tx: Tx, now: Date, limit: number): Promise<number> {
    const gone = await changed(
      tx,
      `DELETE FROM deregistration_snapshots WHERE deregistration_id IN (
         SELECT deregistration_id FROM deregistration_snapshots WHERE expires_at <= $1
          ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING 1`,
      [now, limit],
    );
    return gone.length;
  }
}
