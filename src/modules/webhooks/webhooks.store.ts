import { Injectable } from '@nestjs/common';
import { registerEncryptedColumn } from '../../platform/crypto/encrypted-columns.js';
import { changed, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';

export interface Endpoint {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  readonly eventTypes: string[];
  readonly createdAt: Date;
}

export interface SealedSecret {
  readonly id: string;
  readonly secret: Buffer;
}

registerEncryptedColumn({ table: 'webhook_secrets', column: 'secret', idType: 'uuid' });

const COLUMNS = `id, url, description, event_types AS "eventTypes", created_at AS "createdAt"`;

/** Endpoints and their secrets. */
@Injectable()
export class WebhooksStore {
  /** The lock makes the count true until the commit. */
  async countLive(tx: Tx): Promise<number> {
    await rows(tx, 'SELECT pg_advisory_xact_lock(724006)');
    const found = await row<{ count: string }>(tx, 'SELECT count(*) FROM webhook_endpoints WHERE deleted_at IS NULL');
    return Number(found?.count ?? 0);
  }

  async insert(tx: Tx, endpoint: Endpoint & { createdBy: string }): Promise<void> {
    await rows(
      tx,
      `INSERT INTO webhook_endpoints (id, url, description, event_types, created_by, created_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [endpoint.id, endpoint.url, endpoint.description, endpoint.eventTypes, endpoint.createdBy, endpoint.createdAt],
    );
  }

  live(tx: Tx): Promise<Endpoint[]> {
    return rows<Endpoint>(tx, `SELECT ${COLUMNS} FROM webhook_endpoints WHERE deleted_at IS NULL`);
  }

  find(tx: Tx, id: string): Promise<Endpoint | undefined> {
    return row<Endpoint>(tx, `SELECT ${COLUMNS} FROM webhook_endpoints WHERE id = $1 AND deleted_at IS NULL`, [id]);
  }

  lock(tx: Tx, id: string): Promise<Endpoint | undefined> {
    return row<Endpoint>(
      tx,
      `SELECT ${COLUMNS} FROM webhook_endpoints WHERE id = $1 AND deleted_at IS NULL FOR UPDATE`,
      [id],
    );
  }

  list(tx: Tx, after: readonly unknown[] | undefined, limit: number): Promise<Endpoint[]> {
    return rows<Endpoint>(
      tx,
      `SELECT ${COLUMNS} FROM webhook_endpoints
        WHERE deleted_at IS NULL ${after ? 'AND (created_at, id) < ($2::timestamptz, $3::uuid)' : ''}
        ORDER BY created_at DESC, id DESC LIMIT $1`,
      [limit + 1, ...(after ?? [])],
    );
  }

  /** The row stays, without its secrets: deliveries refer to it. */
  async remove(tx: Tx, id: string, now: Date): Promise<boolean> {
    const gone = await changed(
      tx,
      'UPDATE webhook_endpoints SET deleted_at = $2 WHERE id = $1 AND deleted_at IS NULL RETURNING id',
      [id, now],
    );
    await changed(tx, 'DELETE FROM webhook_secrets WHERE endpoint_id = $1 RETURNING id', [id]);
    return gone.length > 0;
  }

  async insertSecret(tx: Tx, secret: SealedSecret & { endpointId: string; createdAt: Date }): Promise<void> {
    await rows(tx, 'INSERT INTO webhook_secrets (id, endpoint_id, secret, created_at) VALUES ($1, $2, $3, $4)', [
      secret.id,
      secret.endpointId,
      secret.secret,
      secret.createdAt,
    ]);
  }

  /** The present secret gets an end; one that has one already ends now, so that two sign at most. */
  async endSecrets(tx: Tx, endpointId: string, now: Date, until: Date): Promise<void> {
    await changed(
      tx,
      `UPDATE webhook_secrets SET expires_at = CASE WHEN expires_at IS NULL THEN $3::timestamptz ELSE least(expires_at, $2) END
        WHERE endpoint_id = $1 RETURNING id`,
      [endpointId, now, until],
    );
  }

  /** Newest first: its signature stands first. */
  secrets(tx: Tx, endpointId: string, now: Date): Promise<SealedSecret[]> {
    return rows<SealedSecret>(
      tx,
      `SELECT id, secret FROM webhook_secrets WHERE endpoint_id = $1 AND (expires_at IS NULL OR expires_at > $2)
        ORDER BY created_at DESC, id DESC`,
      [endpointId, now],
    );
  }

  async dropExpiredSecrets(tx: Tx, now: Date, limit: number): Promise<number> {
    const gone = await changed(
      tx,
      `DELETE FROM webhook_secrets WHERE id IN
         (SELECT id FROM webhook_secrets WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING id`,
      [now, limit],
    );
    return gone.length;
  }
}
