import { Injectable } from '@nestjs/common';
import { post, row, rows } from '../../../platform/database/sql.js';
import type { Tx } from '../../../platform/database/transactor.js';

export interface ReportRecord {
  readonly id: string;
  readonly caseId: string;
  readonly accountId: string;
  readonly clause: string;
  readonly reporterKind: string;
  readonly reporterKey: string | null;
  readonly sealed: Buffer;
  readonly contentHash: string;
  readonly score: number | null;
  readonly trackingHash: string;
  readonly outcome: 'pending' | 'measures_taken' | 'no_violation';
  readonly receivedAt: Date;
  readonly answeredAt: Date | null;
}

export interface Reliability {
  readonly answered: number;
  readonly founded: number;
}

const COLUMNS = `id, case_id AS "caseId", account_id AS "accountId", clause, reporter_kind AS "reporterKind",
  reporter_key AS "reporterKey", sealed, content_hash AS "contentHash", score, tracking_hash AS "trackingHash", outcome,
  received_at AS "receivedAt", answered_at AS "answeredAt"`;

@Injectable()
export class ReportsStore {
  async insert(tx: Tx, r: ReportRecord): Promise<void> {
    await rows(
      tx,
      `INSERT INTO reports (id, case_id, account_id, clause, reporter_kind, reporter_key, sealed, content_hash, score,
              tracking_hash, outcome, received_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'pending', $11)`,
      [
        r.id,
        r.caseId,
        r.accountId,
        r.clause,
        r.reporterKind,
        r.reporterKey,
        r.sealed,
        r.contentHash,
        r.score,
        r.trackingHash,
        r.receivedAt,
      ],
    );
  }

  byTracking(tx: Tx, trackingHash: string): Promise<ReportRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM reports WHERE tracking_hash = $1`, [trackingHash]);
  }

  ofCase(tx: Tx, caseId: string, limit: number): Promise<ReportRecord[]> {
    return rows(tx, `SELECT ${COLUMNS} FROM reports WHERE case_id = $1 ORDER BY received_at, id LIMIT $2`, [
      caseId,
      limit,
    ]);
  }

  /** How many reports of a case wait for its answer. */
  async waiting(tx: Tx, caseId: string): Promise<number> {
    const text = `SELECT count(*)::int AS n FROM reports WHERE case_id = $1 AND outcome = 'pending'`;
    return (await row<{ n: number }>(tx, text, [caseId]))?.n ?? 0;
  }

  /** The reporters' answer. */
  async answer(tx: Tx, caseId: string, outcome: 'measures_taken' | 'no_violation', now: Date): Promise<void> {
    await post(tx, `UPDATE reports SET outcome = $2, answered_at = $3 WHERE case_id = $1 AND outcome = 'pending'`, [
      caseId,
      outcome,
      now,
    ]);
  }

  /** Of a reporter's last hundred answered reports, how many were right. */
  async reliabilityOf(tx: Tx, reporterKey: string): Promise<Reliability> {
    const found = await row<Reliability>(
      tx,
      `SELECT count(*)::int AS answered, count(*) FILTER (WHERE outcome = 'measures_taken')::int AS founded FROM (
         SELECT outcome FROM reports WHERE reporter_key = $1 AND outcome <> 'pending' ORDER BY received_at DESC LIMIT 100) r`,
      [reporterKey],
    );
    return found ?? { answered: 0, founded: 0 };
  }
}
