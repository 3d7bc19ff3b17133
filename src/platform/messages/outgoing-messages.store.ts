import { Injectable } from '@nestjs/common';
import { changed, post, row, rows } from '../database/sql.js';
import type { Tx } from '../database/transactor.js';

export interface WaitingMessage {
  readonly id: string;
  readonly template: string;
  readonly sealed: Buffer;
  readonly attempts: number;
  readonly giveUpAt: Date;
}

@Injectable()
export class OutgoingMessagesStore {
  /** Writing the same notice again is not writing it: a job that runs twice tells once. */
  async insert(
    tx: Tx,
    m: {
      id: string;
      accountId: string | null;
      dedupeKey: string;
      template: string;
      sealed: Buffer;
      giveUpAt: Date;
      now: Date;
    },
  ): Promise<void> {
    await post(
      tx,
      `INSERT INTO outgoing_messages (id, account_id, dedupe_key, template, sealed, next_send_at, give_up_at, created_at)
       VALUES ($1, $2, $3, $4, $5, $7, $6, $7) ON CONFLICT (dedupe_key) DO NOTHING`,
      [m.id, m.accountId, m.dedupeKey, m.template, m.sealed, m.giveUpAt, m.now],
    );
  }

  claim(tx: Tx, now: Date, until: Date, limit: number): Promise<{ id: string; claims: number }[]> {
    return changed(
      tx,
      `UPDATE outgoing_messages SET next_send_at = $2, claims = claims + 1
        WHERE id IN (SELECT id FROM outgoing_messages WHERE next_send_at <= $1
                      ORDER BY next_send_at LIMIT $3 FOR UPDATE SKIP LOCKED)
        RETURNING id, claims`,
      [now, until, limit],
    );
  }

  async isDue(tx: Tx, now: Date, claimedToo: boolean): Promise<boolean> {
    const found = await row(
      tx,
      `SELECT 1 FROM outgoing_messages WHERE ${claimedToo ? 'next_send_at IS NOT NULL AND $1::timestamptz IS NOT NULL' : 'next_send_at <= $1'} LIMIT 1`,
      [now],
    );
    return found !== undefined;
  }

  outcomeOf(tx: Tx, dedupeKey: string): Promise<{ sentAt: Date | null; givenUp: boolean } | undefined> {
    return row(
      tx,
      `SELECT sent_at AS "sentAt", sent_at IS NULL AND next_send_at IS NULL AS "givenUp"
         FROM outgoing_messages WHERE dedupe_key = $1`,
      [dedupeKey],
    );
  }

  waiting(tx: Tx, ids: readonly string[]): Promise<WaitingMessage[]> {
    return rows(
      tx,
      `SELECT id, template, sealed, attempts, give_up_at AS "giveUpAt" FROM outgoing_messages
        WHERE id = ANY($1::uuid[]) AND next_send_at IS NOT NULL AND sealed IS NOT NULL`,
      [ids],
    );
  }

  /** Sent: whom and what goes at once; that it was sent stays for a while. */
  async sent(tx: Tx, id: string, at: Date): Promise<void> {
    await rows(tx, 'UPDATE outgoing_messages SET sealed = NULL, next_send_at = NULL, sent_at = $2 WHERE id = $1', [
      id,
      at,
    ]);
  }

  async failed(tx: Tx, id: string, next: Date | null, failure: string): Promise<void> {
    await rows(
      tx,
      `UPDATE outgoing_messages SET next_send_at = $2, attempts = attempts + 1, failure = $3,
              sealed = CASE WHEN $2::timestamptz IS NULL THEN NULL ELSE sealed END
        WHERE id = $1`,
      [id, next, failure],
    );
  }

  async forget(tx: Tx, before: Date, limit: number): Promise<number> {
    const gone = await changed(
      tx,
      `DELETE FROM outgoing_messages WHERE id IN
         (SELECT id FROM outgoing_messages WHERE created_at < $1 AND next_send_at IS NULL ORDER BY created_at LIMIT $2)
        RETURNING id`,
      [before, limit],
    );
    return gone.length;
  }

  async forgetAccount(tx: Tx, accountId: string): Promise<number> {
    return (await changed(tx, 'DELETE FROM outgoing_messages WHERE account_id = $1 RETURNING id', [accountId])).length;
  }
}
