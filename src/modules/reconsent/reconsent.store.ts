import { Injectable } from '@nestjs/common';
import { changed, post, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';

export interface Reconsent {
  readonly documentId: string;
  readonly version: string;
  readonly policy: 'explicit' | 'continued_use';
  readonly since: Date;
  /** Set while the person's answer is no. */
  readonly refusedAt: Date | null;
}

export interface Rollout {
  readonly documentId: string;
  readonly version: string;
  readonly afterAccount: string | null;
}

@Injectable()
export class ReconsentStore {
  /** What this account has answered, or need not answer any more. */
  async remove(tx: Tx, accountId: string, answered: readonly Reconsent[]): Promise<void> {
    await post(
      tx,
      `DELETE FROM reconsents WHERE account_id = $1
          AND (document_id, version) IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
      [accountId, answered.map((a) => a.documentId), answered.map((a) => a.version)],
    );
  }

  /** What this account has to answer; what it has to answer already stays as it was. */
  async add(tx: Tx, accountId: string, wanted: readonly Omit<Reconsent, 'refusedAt'>[]): Promise<void> {
    await post(
      tx,
      `INSERT INTO reconsents (account_id, document_id, version, policy, since)
       SELECT $1, document_id, version, policy, since
       FROM unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[]) AS w (document_id, version, policy, since)
       ON CONFLICT (account_id, document_id, version) DO NOTHING`,
      [
        accountId,
        wanted.map((w) => w.documentId),
        wanted.map((w) => w.version),
        wanted.map((w) => w.policy),
        wanted.map((w) => w.since),
      ],
    );
  }

  /** The answer is no, until it is yes. */
  async refuse(
    tx: Tx,
    accountId: string,
    refused: readonly Pick<Reconsent, 'documentId' | 'version'>[],
    at: Date,
  ): Promise<void> {
    await post(
      tx,
      `UPDATE reconsents SET refused_at = $4 WHERE account_id = $1
          AND (document_id, version) IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
      [accountId, refused.map((r) => r.documentId), refused.map((r) => r.version), at],
    );
  }

  ofAccount(tx: Tx, accountId: string): Promise<Reconsent[]> {
    return rows(
      tx,
      `SELECT document_id AS "documentId", version, policy, since, refused_at AS "refusedAt"
         FROM reconsents WHERE account_id = $1 ORDER BY since`,
      [accountId],
    );
  }

  async startRollout(tx: Tx, documentId: string, version: string, now: Date): Promise<void> {
    await rows(
      tx,
      `INSERT INTO reconsent_rollouts (document_id, version, started_at) VALUES ($1, $2, $3)
       ON CONFLICT (document_id, version) DO NOTHING`,
      [documentId, version, now],
    );
  }

  nextRollout(tx: Tx): Promise<Rollout | undefined> {
    return row<Rollout>(
      tx,
      `SELECT document_id AS "documentId", version, after_account AS "afterAccount" FROM reconsent_rollouts
       WHERE finished_at IS NULL ORDER BY started_at, document_id LIMIT 1`,
    );
  }

  async moveRollout(tx: Tx, { documentId, version }: Rollout, after: string): Promise<void> {
    await changed(
      tx,
      'UPDATE reconsent_rollouts SET after_account = $3 WHERE document_id = $1 AND version = $2 RETURNING 1',
      [documentId, version, after],
    );
  }

  /** Its place goes too: it is the id of somebody, who may leave and must then be found nowhere (2.5). */
  async finishRollout(tx: Tx, { documentId, version }: Rollout, now: Date): Promise<void> {
    await changed(
      tx,
      'UPDATE reconsent_rollouts SET finished_at = $3, after_account = NULL WHERE document_id = $1 AND version = $2 RETURNING 1',
      [documentId, version, now],
    );
  }
}
