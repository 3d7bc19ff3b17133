import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { registerEncryptedColumn } from '../../platform/crypto/encrypted-columns.js';
import { changed, post, row } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { AccountState } from './domain/account-lifecycle.js';
import { SessionRow } from './session.entity.js';

registerEncryptedColumn({ table: 'sessions', column: 'client' });

/** A session with what decides whether it may go on. */
export interface SessionAtRefresh {
  readonly id: string;
  readonly accountId: string;
  readonly generation: number;
  readonly salt: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
  readonly accountState: AccountState;
  readonly tombstonedAt: Date | null;
}

@Injectable()
export class SessionsStore {
  async insert(tx: Tx, session: Omit<SessionRow, 'endedAt' | 'endReason'>): Promise<void> {
    const { id, accountId, generation, salt, method, client, createdAt, lastUsedAt, expiresAt } = session;
    await post(
      tx,
      `INSERT INTO sessions (id, account_id, generation, salt, method, client, created_at, last_used_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [id, accountId, generation, salt, method, client, createdAt, lastUsedAt, expiresAt],
    );
  }

  async isLive(reader: Tx, sessionId: string, accountId: string, now: Date): Promise<boolean> {
    const found = await row(
      reader,
      'SELECT 1 FROM sessions WHERE id = $1 AND account_id = $2 AND ended_at IS NULL AND expires_at > $3',
      [sessionId, accountId, now],
    );
    return found !== undefined;
  }

  live(reader: Tx, accountId: string, now: Date): Promise<SessionRow[]> {
    return reader.find(SessionRow, {
      where: { accountId, endedAt: IsNull(), expiresAt: MoreThan(now) },
      order: { createdAt: 'DESC', id: 'DESC' },
    });
  }

  /** Account first, then session, in one statement: whoever ends sessions holds the account and is waited for. */
  lockForRefresh(tx: Tx, sessionId: string): Promise<SessionAtRefresh | undefined> {
    return row<SessionAtRefresh>(
      tx,
      `SELECT s.id, s.account_id AS "accountId", s.generation, s.salt, s.created_at AS "createdAt",
              s.expires_at AS "expiresAt", s.ended_at AS "endedAt", a.state AS "accountState",
              a.tombstoned_at AS "tombstonedAt"
         FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.id = $1 FOR SHARE OF a`,
      [sessionId],
    );
  }

  /** @returns false when another request has already moved this generation on */
  async rotate(tx: Tx, sessionId: string, generation: number, now: Date, expiresAt: Date): Promise<boolean> {
    const done = await changed(
      tx,
      `UPDATE sessions SET generation = generation + 1, last_used_at = $3, expires_at = $4
        WHERE id = $1 AND generation = $2 AND ended_at IS NULL RETURNING 1`,
      [sessionId, generation, now, expiresAt],
    );
    return done.length === 1;
  }

  async end(tx: Tx, accountId: string, sessionId: string, reason: string, now: Date): Promise<boolean> {
    const done = await changed(
      tx,
      `UPDATE sessions SET ended_at = $4, end_reason = $3
        WHERE id = $1 AND account_id = $2 AND ended_at IS NULL RETURNING 1`,
      [sessionId, accountId, reason, now],
    );
    return done.length === 1;
  }

  /** @param except a session that stays */
  async endAll(tx: Tx, accountId: string, reason: string, now: Date, except?: string): Promise<number> {
    const done = await changed(
      tx,
      `UPDATE sessions SET ended_at = $3, end_reason = $2
        WHERE account_id = $1 AND ended_at IS NULL AND ($4::uuid IS NULL OR id <> $4) RETURNING 1`,
      [accountId, reason, now, except ?? null],
    );
    return done.length;
  }

  /** Ends the oldest, so that at most `keep` live ones remain. */
  async endOldest(tx: Tx, accountId: string, keep: number, now: Date): Promise<number> {
    const done = await changed(
      tx,
      `UPDATE sessions SET ended_at = $3, end_reason = 'superseded' WHERE id IN (
         SELECT id FROM sessions WHERE account_id = $1 AND ended_at IS NULL
          ORDER BY created_at DESC, id DESC OFFSET $2) RETURNING 1`,
      [accountId, keep, now],
    );
    return done.length;
  }
}
