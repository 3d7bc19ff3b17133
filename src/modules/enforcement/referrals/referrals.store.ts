import { Injectable } from '@nestjs/common';
import { changed, row, rows } from '../../../platform/database/sql.js';
import type { Tx } from '../../../platform/database/transactor.js';
import type { ReferralState } from '../domain/referral-lifecycle.js';

export interface ManifestItem {
  readonly evidenceId: string;
  readonly kind: string;
  readonly sha256: string;
  readonly addedAt: string;
}

export interface ReferralRecord {
  readonly id: string;
  readonly accountId: string;
  readonly caseId: string;
  readonly direction: 'report' | 'request';
  readonly state: ReferralState;
  readonly version: number;
  readonly authority: string;
  readonly documentNo: string | null;
  readonly legalGround: string;
  readonly manifest: readonly ManifestItem[];
  readonly manifestDigest: string;
  readonly dueAt: Date;
  /** While it waits for a second person: when it lapses. */
  readonly lapsesAt: Date | null;
  readonly proposedBy: string;
  readonly approvedBy: string | null;
  readonly holdId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly sentAt: Date | null;
  readonly closedAt: Date | null;
}

export interface ReferralEntry {
  readonly id: string;
  readonly kind: 'note' | 'sent' | 'received' | 'produced';
  readonly author: string;
  readonly sealed: Buffer | null;
  readonly checksum: string | null;
  readonly at: Date;
}

const COLUMNS = `id, account_id AS "accountId", case_id AS "caseId", direction, state, version, authority, document_no AS "documentNo",
  legal_ground AS "legalGround", manifest, manifest_digest AS "manifestDigest", due_at AS "dueAt", lapses_at AS "lapsesAt", proposed_by AS "proposedBy",
  approved_by AS "approvedBy", hold_id AS "holdId", created_at AS "createdAt", updated_at AS "updatedAt", sent_at AS "sentAt", closed_at AS "closedAt"`;

@Injectable()
export class ReferralsStore {
  async insert(tx: Tx, r: ReferralRecord): Promise<void> {
    await rows(
      tx,
      `INSERT INTO referrals (id, account_id, case_id, direction, state, version, authority, document_no, legal_ground, manifest,
              manifest_digest, due_at, proposed_by, hold_id, created_at, updated_at, lapses_at)
       VALUES ($1, $2, $3, $4, 'awaiting_approval', 1, $5, $6, $7, $8::jsonb, $9, $10, $11, $12, $13, $13, $14)`,
      [
        r.id,
        r.accountId,
        r.caseId,
        r.direction,
        r.authority,
        r.documentNo,
        r.legalGround,
        JSON.stringify(r.manifest),
        r.manifestDigest,
        r.dueAt,
        r.proposedBy,
        r.holdId,
        r.createdAt,
        r.lapsesAt,
      ],
    );
  }

  find(tx: Tx, id: string): Promise<ReferralRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM referrals WHERE id = $1`, [id]);
  }

  lock(tx: Tx, id: string): Promise<ReferralRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM referrals WHERE id = $1 FOR UPDATE`, [id]);
  }

  /** Newest first, by the order of `referrals_created`. */
  list(
    tx: Tx,
    filter: { direction?: string | undefined; state?: string | undefined },
    after: readonly unknown[] | undefined,
    limit: number,
  ): Promise<ReferralRecord[]> {
    const values: unknown[] = [];
    const bind = (value: unknown): string => `$${values.push(value)}`;
    const conditions = ['true'];
    if (filter.direction !== undefined) conditions.push(`direction = ${bind(filter.direction)}`);
    if (filter.state !== undefined) conditions.push(`state = ${bind(filter.state)}`);
    if (after) conditions.push(`(created_at, id) < (${bind(after[0])}::timestamptz, ${bind(after[1])}::uuid)`);
    return rows(
      tx,
      `SELECT ${COLUMNS} FROM referrals WHERE ${conditions.join(' AND ')} ORDER BY created_at DESC, id DESC LIMIT ${bind(limit + 1)}`,
      values,
    );
  }

  ofCase(tx: Tx, caseId: string): Promise<ReferralRecord[]> {
    return rows(tx, `SELECT ${COLUMNS} FROM referrals WHERE case_id = $1 ORDER BY created_at, id LIMIT 200`, [caseId]);
  }

  async save(tx: Tx, r: ReferralRecord): Promise<ReferralRecord | undefined> {
    const [saved] = await changed<ReferralRecord>(
      tx,
      `UPDATE referrals SET state = $3, approved_by = $4, sent_at = $5, closed_at = $6, updated_at = $7, proposed_by = $8,
          lapses_at = $9, version = version + 1
        WHERE id = $1 AND version = $2 RETURNING ${COLUMNS}`,
      [r.id, r.version, r.state, r.approvedBy, r.sentAt, r.closedAt, r.updatedAt, r.proposedBy, r.lapsesAt],
    );
    return saved;
  }

  /** Proposals that nobody agreed to in time, oldest first. */
  dueToLapse(tx: Tx, now: Date, limit: number): Promise<{ readonly id: string }[]> {
    return rows(tx, 'SELECT id FROM referrals WHERE lapses_at <= $1 ORDER BY lapses_at LIMIT $2', [now, limit]);
  }

  async addEntry(tx: Tx, r: ReferralRecord, e: ReferralEntry): Promise<void> {
    await rows(
      tx,
      `INSERT INTO referral_entries (id, referral_id, account_id, kind, author, sealed, checksum, at, case_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, (SELECT case_id FROM referrals WHERE id = $2))`,
      [e.id, r.id, r.accountId, e.kind, e.author, e.sealed, e.checksum, e.at],
    );
  }

  entriesOf(tx: Tx, referralId: string): Promise<ReferralEntry[]> {
    return rows(
      tx,
      'SELECT id, kind, author, sealed, checksum, at FROM referral_entries WHERE referral_id = $1 ORDER BY at, id LIMIT 500',
      [referralId],
    );
  }
}
