import { Injectable } from '@nestjs/common';
import { post, row, rows } from '../../../platform/database/sql.js';
import type { Tx } from '../../../platform/database/transactor.js';
import type { SanctionOutcome } from '../domain/change-text.js';
import type { SanctionRecord } from './sanctions.store.js';

export interface SanctionNotice {
  readonly id: string;
  readonly sanctionId: string;
  readonly decisionId: string;
  readonly outcome: SanctionOutcome;
  /** Null once erased. */
  readonly sealed: Buffer | null;
  readonly statementDigest: string | null;
  readonly changedBy: string;
  readonly at: Date;
}

const COLUMNS = `id, sanction_id AS "sanctionId", decision_id AS "decisionId", outcome, sealed,
  statement_digest AS "statementDigest", changed_by AS "changedBy", at`;

/** What the person is told of changes of their measures. */
@Injectable()
export class SanctionNoticesStore {
  async insert(tx: Tx, of: SanctionRecord, n: Omit<SanctionNotice, 'sanctionId' | 'decisionId'>): Promise<void> {
    await post(
      tx,
      `INSERT INTO sanction_notices (id, sanction_id, decision_id, account_id, case_id, outcome, sealed, statement_digest,
              changed_by, at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [n.id, of.id, of.decisionId, of.accountId, of.caseId, n.outcome, n.sealed, n.statementDigest, n.changedBy, n.at],
    );
  }

  /** Oldest first. */
  ofDecisions(tx: Tx, decisionIds: readonly string[]): Promise<SanctionNotice[]> {
    return rows(tx, `SELECT ${COLUMNS} FROM sanction_notices WHERE decision_id = ANY($1::uuid[]) ORDER BY at, id`, [
      decisionIds,
    ]);
  }

  /** The newest measure that became longer: from then on it can be appealed against anew, before somebody else. */
  async lastExtension(tx: Tx, decisionId: string): Promise<{ readonly at: Date; readonly by: string[] } | undefined> {
    const found = await row<{ at: Date | null; by: string[] | null }>(
      tx,
      `SELECT max(at) AS at, array_agg(DISTINCT changed_by) AS by FROM sanction_notices
        WHERE decision_id = $1 AND statement_digest IS NOT NULL`,
      [decisionId],
    );
    return found === undefined || found.at === null ? undefined : { at: found.at, by: found.by ?? [] };
  }
}
