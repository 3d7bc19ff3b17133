import { Injectable } from '@nestjs/common';
import { changed, post, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import { registerEncryptedColumn } from '../../platform/crypto/encrypted-columns.js';
import type { AcceptanceWay, Channel, VersionRef } from './domain/agreement.js';

export interface Acceptance extends VersionRef {
  readonly id: string;
  readonly accountId: string;
  readonly decision: 'accepted' | 'refused';
  readonly how: AcceptanceWay;
  readonly channel: Channel;
  readonly guardianId: string | null;
  readonly at: Date;
}

export interface KeptAcceptance extends Acceptance {
  /** IP and user agent, sealed; null once erased. */
  readonly sealed: Buffer | null;
}

interface AcceptanceRow {
  readonly id: string;
  readonly account_id: string;
  readonly document_id: string;
  readonly version: string;
  readonly sha256: string;
  readonly decision: Acceptance['decision'];
  readonly how: AcceptanceWay;
  readonly channel: Channel;
  readonly guardian_id: string | null;
  readonly at: Date;
  readonly sealed: Buffer | null;
}

registerEncryptedColumn({
  table: 'agreement_acceptance_details',
  column: 'sealed',
  idColumn: 'acceptance_id',
  idType: 'uuid',
});

const APPEND = `
  WITH given AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
      $8::text[], $9::text[], $10::timestamptz[], $11::bytea[])
      AS g (id, account_id, document_id, version, sha256, decision, how, channel, guardian_id, at, sealed)
  ), made AS (
    INSERT INTO agreement_acceptances (id, account_id, document_id, version, sha256, decision, how, channel, guardian_id, at)
    SELECT id, account_id, document_id, version, sha256, decision, how, channel, guardian_id, at FROM given
    ON CONFLICT (account_id, document_id, version, COALESCE(guardian_id, '')) WHERE decision = 'accepted' DO NOTHING
    RETURNING id
  ), beside AS (
    INSERT INTO agreement_acceptance_details (acceptance_id, account_id, sealed)
    SELECT id, account_id, sealed FROM given WHERE id IN (SELECT id FROM made)
  )
  SELECT id FROM made`;

const columnsOf = (acceptances: readonly Acceptance[], sealed: readonly Buffer[]): unknown[] => {
  const column = <K extends keyof Acceptance>(key: K): Acceptance[K][] => acceptances.map((a) => a[key]);
  return [
    column('id'),
    column('accountId'),
    column('documentId'),
    column('version'),
    column('sha256'),
    column('decision'),
    column('how'),
    column('channel'),
    column('guardianId'),
    column('at'),
    sealed,
  ];
};

/** The ledger: who agreed to which text, when and how. Append-only; the database refuses anything else. */
@Injectable()
export class AcceptancesStore {
  /**
   * Appends; a version that this account has accepted before stays as it was.
   * @returns ids of the rows that are new
   */
  async append(tx: Tx, acceptances: readonly Acceptance[], sealed: readonly Buffer[]): Promise<string[]> {
    const made = await rows<{ id: string }>(tx, APPEND, columnsOf(acceptances, sealed));
    return made.map((r) => r.id);
  }

  /** As `append`, for an account of which nothing can be there. */
  appendFirst(tx: Tx, acceptances: readonly Acceptance[], sealed: readonly Buffer[]): Promise<void> {
    return post(tx, APPEND, columnsOf(acceptances, sealed));
  }

  /** Oldest first. */
  async ofAccount(tx: Tx, accountId: string): Promise<KeptAcceptance[]> {
    const found = await rows<AcceptanceRow>(
      tx,
      `SELECT a.*, d.sealed FROM agreement_acceptances a
       LEFT JOIN agreement_acceptance_details d ON d.acceptance_id = a.id
       WHERE a.account_id = $1 ORDER BY a.at, a.id`,
      [accountId],
    );
    return found.map((r) => ({
      id: r.id,
      accountId: r.account_id,
      documentId: r.document_id,
      version: r.version,
      sha256: r.sha256,
      decision: r.decision,
      how: r.how,
      channel: r.channel,
      guardianId: r.guardian_id,
      at: r.at,
      sealed: r.sealed,
    }));
  }

  async acceptedRefs(
    tx: Tx,
    accountId: string,
  ): Promise<{ documentId: string; version: string; guardianId: string | null; at: Date }[]> {
    return rows(
      tx,
      `SELECT document_id AS "documentId", version, guardian_id AS "guardianId", at FROM agreement_acceptances
       WHERE account_id = $1 AND decision = 'accepted'`,
      [accountId],
    );
  }

  /** Accounts after `after` that ever accepted a version of a document: the ones that a revision concerns. */
  async accountsOf(tx: Tx, documentId: string, after: string | undefined, limit: number): Promise<string[]> {
    const found = await rows<{ account_id: string }>(
      tx,
      `SELECT DISTINCT account_id FROM agreement_acceptances
       WHERE document_id = $1 AND decision = 'accepted' AND ($2::uuid IS NULL OR account_id > $2)
       ORDER BY account_id LIMIT $3`,
      [documentId, after ?? null, limit],
    );
    return found.map((r) => r.account_id);
  }

  /**
   * Erases what this module holds of one account; the ledger lets its rows go only to who names the account.
   * @returns how many rows went
   */
  async erase(tx: Tx, accountId: string, keepProof: boolean): Promise<number> {
    const details = await changed(tx, 'DELETE FROM agreement_acceptance_details WHERE account_id = $1 RETURNING 1', [
      accountId,
    ]);
    if (keepProof) return details.length;
    await row(tx, `SELECT set_config('account_lifecycle.erasing', $1, true)`, [accountId]);
    const gone = await changed(tx, 'DELETE FROM agreement_acceptances WHERE account_id = $1 RETURNING 1', [accountId]);
    await row(tx, `SELECT set_config('account_lifecycle.erasing', '', true)`);
    return details.length + gone.length;
  }
}
