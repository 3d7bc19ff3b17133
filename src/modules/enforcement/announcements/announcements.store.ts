import { Injectable } from '@nestjs/common';
import { changed, row, rows } from '../../../platform/database/sql.js';
import type { Tx } from '../../../platform/database/transactor.js';

export interface AnnouncementRecord {
  readonly id: string;
  readonly accountId: string | null;
  readonly decisionId: string;
  readonly pseudonym: string;
  readonly state: 'planned' | 'corrected' | 'withdrawn';
  readonly version: number;
  readonly clauses: readonly string[];
  readonly measures: readonly string[];
  readonly textZh: string;
  readonly textEn: string;
  readonly correctionZh: string | null;
  readonly correctionEn: string | null;
  readonly publishAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly withdrawnAt: Date | null;
  readonly withdrawalReason: string | null;
}

const COLUMNS = `id, account_id AS "accountId", decision_id AS "decisionId", pseudonym, state, version, clauses, measures,
  text_zh AS "textZh", text_en AS "textEn", correction_zh AS "correctionZh", correction_en AS "correctionEn",
  publish_at AS "publishAt", created_at AS "createdAt", updated_at AS "updatedAt", withdrawn_at AS "withdrawnAt",
  withdrawal_reason AS "withdrawalReason"`;

@Injectable()
export class AnnouncementsStore {
  async insert(tx: Tx, a: AnnouncementRecord): Promise<void> {
    await rows(
      tx,
      `INSERT INTO announcements (id, account_id, decision_id, pseudonym, state, version, clauses, measures, text_zh, text_en,
              publish_at, created_at, updated_at)
       VALUES ($1, $2, $3, $4, 'planned', 1, $5, $6, $7, $8, $9, $10, $10) ON CONFLICT ON CONSTRAINT announcements_once DO NOTHING`,
      [
        a.id,
        a.accountId,
        a.decisionId,
        a.pseudonym,
        a.clauses,
        a.measures,
        a.textZh,
        a.textEn,
        a.publishAt,
        a.createdAt,
      ],
    );
  }

  lock(tx: Tx, id: string): Promise<AnnouncementRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM announcements WHERE id = $1 FOR UPDATE`, [id]);
  }

  ofDecision(tx: Tx, decisionId: string): Promise<AnnouncementRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM announcements WHERE decision_id = $1 FOR UPDATE`, [decisionId]);
  }

  async save(tx: Tx, a: AnnouncementRecord): Promise<AnnouncementRecord | undefined> {
    const [saved] = await changed<AnnouncementRecord>(
      tx,
      `UPDATE announcements SET state = $3, correction_zh = $4, correction_en = $5, withdrawn_at = $6, withdrawal_reason = $7,
              updated_at = $8, text_zh = $9, text_en = $10, publish_at = $11, version = version + 1
        WHERE id = $1 AND version = $2 RETURNING ${COLUMNS}`,
      [
        a.id,
        a.version,
        a.state,
        a.correctionZh,
        a.correctionEn,
        a.withdrawnAt,
        a.withdrawalReason,
        a.updatedAt,
        a.textZh,
        a.textEn,
        a.publishAt,
      ],
    );
    return saved;
  }

  /** Announcements that the public may see now, newest first; a withdrawn one keeps its place, without its text. */
  published(tx: Tx, now: Date, after: readonly unknown[] | undefined, limit: number): Promise<AnnouncementRecord[]> {
    const values: unknown[] = [now, limit + 1];
    const keyset = after
      ? `AND (publish_at, id) < ($${values.push(after[0])}::timestamptz, $${values.push(after[1])}::uuid)`
      : '';
    return rows(
      tx,
      `SELECT ${COLUMNS} FROM announcements WHERE publish_at <= $1 AND (withdrawn_at IS NULL OR withdrawn_at > publish_at) ${keyset}
        ORDER BY publish_at DESC, id DESC LIMIT $2`,
      values,
    );
  }

  find(tx: Tx, id: string): Promise<AnnouncementRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM announcements WHERE id = $1`, [id]);
  }

  /** Every one, also what is under embargo or withdrawn; the newest first. For staff. */
  all(tx: Tx, after: readonly unknown[] | undefined, limit: number): Promise<AnnouncementRecord[]> {
    const values: unknown[] = [limit + 1];
    const keyset = after
      ? `WHERE (created_at, id) < ($${values.push(after[0])}::timestamptz, $${values.push(after[1])}::uuid)`
      : '';
    return rows(
      tx,
      `SELECT ${COLUMNS} FROM announcements ${keyset} ORDER BY created_at DESC, id DESC LIMIT $1`,
      values,
    );
  }
}
