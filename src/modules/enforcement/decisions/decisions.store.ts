import { Injectable } from '@nestjs/common';
import { changed, post, row, rows } from '../../../platform/database/sql.js';
import type { Tx } from '../../../platform/database/transactor.js';
import type { Strike, Suggestion } from '../domain/ladder.js';
import type { NoticeChoice } from '../domain/notice.js';

/** Without texts the template speaks. */
export interface Announce {
  readonly textZh?: string;
  readonly textEn?: string;
  readonly publishAt?: string;
}

export type DecisionState =
  'awaiting_approval' | 'effective' | 'declined' | 'lapsed' | 'withdrawn' | 'overturned' | 'varied';

export interface DecisionRecord {
  readonly id: string;
  readonly caseId: string;
  readonly accountId: string;
  readonly state: DecisionState;
  readonly version: number;
  readonly clauses: readonly string[];
  readonly agreementVersion: string;
  readonly taxonomyDigest: string;
  readonly suggestion: Suggestion | null;
  readonly notice: NoticeChoice;
  /** When notice falls due; null: at once. */
  readonly noticeAt: Date | null;
  readonly noticeGivenAt: Date | null;
  readonly sealed: Buffer | null;
  readonly statementDigest: string;
  readonly decidedBy: string;
  readonly decidedRole: string;
  readonly approvedBy: string | null;
  readonly conflictIds: readonly string[];
  readonly bulkId: string | null;
  readonly approvalDueAt: Date | null;
  readonly announce: Announce | null;
  readonly decidedAt: Date;
  readonly effectiveAt: Date | null;
  readonly endedAt: Date | null;
}

const COLUMNS = `id, case_id AS "caseId", account_id AS "accountId", state, version, clauses, agreement_version AS "agreementVersion",
  taxonomy_digest AS "taxonomyDigest", suggestion, notice, notice_at AS "noticeAt", notice_given_at AS "noticeGivenAt", sealed,
  statement_digest AS "statementDigest", decided_by AS "decidedBy", decided_role AS "decidedRole", approved_by AS "approvedBy",
  conflict_ids AS "conflictIds", bulk_id AS "bulkId", approval_due_at AS "approvalDueAt", announce, decided_at AS "decidedAt",
  effective_at AS "effectiveAt", ended_at AS "endedAt"`;

@Injectable()
export class DecisionsStore {
  async insert(tx: Tx, d: DecisionRecord): Promise<void> {
    await post(
      tx,
      `INSERT INTO decisions (id, case_id, account_id, state, version, clauses, agreement_version, taxonomy_digest, suggestion,
              notice, notice_at, sealed, statement_digest, decided_by, decided_role, conflict_ids, bulk_id, approval_due_at, announce,
              decided_at, effective_at, notice_given_at, approved_by)
       VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8::jsonb, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18::jsonb, $19, $20, $21, $22)`,
      [
        d.id,
        d.caseId,
        d.accountId,
        d.state,
        d.clauses,
        d.agreementVersion,
        d.taxonomyDigest,
        d.suggestion === null ? null : JSON.stringify(d.suggestion),
        d.notice,
        d.noticeAt,
        d.sealed,
        d.statementDigest,
        d.decidedBy,
        d.decidedRole,
        d.conflictIds,
        d.bulkId,
        d.approvalDueAt,
        d.announce === null ? null : JSON.stringify(d.announce),
        d.decidedAt,
        d.effectiveAt,
        d.noticeGivenAt,
        d.approvedBy,
      ],
    );
  }

  find(tx: Tx, id: string): Promise<DecisionRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM decisions WHERE id = $1`, [id]);
  }

  lock(tx: Tx, id: string): Promise<DecisionRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM decisions WHERE id = $1 FOR UPDATE`, [id]);
  }

  ofCase(tx: Tx, caseId: string): Promise<DecisionRecord[]> {
    return rows(tx, `SELECT ${COLUMNS} FROM decisions WHERE case_id = $1 ORDER BY decided_at, id`, [caseId]);
  }

  /** What the person may read of: told decisions only. */
  toldOf(tx: Tx, accountId: string, after: readonly unknown[] | undefined, limit: number): Promise<DecisionRecord[]> {
    const values: unknown[] = [accountId, limit + 1];
    const keyset = after
      ? `AND (decided_at, id) < ($${values.push(after[0])}::timestamptz, $${values.push(after[1])}::uuid)`
      : '';
    return rows(
      tx,
      `SELECT ${COLUMNS} FROM decisions WHERE account_id = $1 AND notice_given_at IS NOT NULL ${keyset}
        ORDER BY decided_at DESC, id DESC LIMIT $2`,
      values,
    );
  }

  /** From one state to another, or not at all. */
  async move(
    tx: Tx,
    id: string,
    from: DecisionState,
    to: DecisionState,
    change: {
      approvedBy?: string;
      effectiveAt?: Date;
      endedAt?: Date;
      /** Only as a decision that waited takes effect: its statement is given then. */
      statement?: { readonly sealed: Buffer; readonly digest: string };
    },
  ): Promise<DecisionRecord | undefined> {
    const [moved] = await changed<DecisionRecord>(
      tx,
      `UPDATE decisions SET state = $3, approved_by = coalesce($4, approved_by), effective_at = coalesce($5, effective_at),
              ended_at = coalesce($6, ended_at), sealed = coalesce($7, sealed),
              statement_digest = coalesce($8, statement_digest), version = version + 1
        WHERE id = $1 AND state = $2 RETURNING ${COLUMNS}`,
      [
        id,
        from,
        to,
        change.approvedBy ?? null,
        change.effectiveAt ?? null,
        change.endedAt ?? null,
        change.statement?.sealed ?? null,
        change.statement?.digest ?? null,
      ],
    );
    return moved;
  }

  /** @returns false when the person was told already */
  async markTold(tx: Tx, id: string, now: Date): Promise<boolean> {
    const told = await changed(
      tx,
      'UPDATE decisions SET notice_given_at = $2 WHERE id = $1 AND notice_given_at IS NULL RETURNING id',
      [id, now],
    );
    return told.length === 1;
  }

  claimUnapproved(tx: Tx, now: Date, limit: number): Promise<{ id: string; accountId: string }[]> {
    return rows(
      tx,
      `SELECT id, account_id AS "accountId" FROM decisions WHERE state = 'awaiting_approval' AND approval_due_at <= $1
        ORDER BY approval_due_at LIMIT $2`,
      [now, limit],
    );
  }

  claimUntold(tx: Tx, now: Date, limit: number): Promise<DecisionRecord[]> {
    return rows(
      tx,
      `SELECT ${COLUMNS} FROM decisions WHERE notice_at <= $1 AND notice_given_at IS NULL AND state IN ('effective', 'varied')
        ORDER BY notice_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [now, limit],
    );
  }

  async addStrike(
    tx: Tx,
    decisionId: string,
    accountId: string,
    value: number,
    ladder: string,
    at: Date,
  ): Promise<void> {
    await post(
      tx,
      `INSERT INTO strikes (decision_id, account_id, value, ladder, at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT ON CONSTRAINT strikes_pk DO NOTHING`,
      [decisionId, accountId, value, ladder, at],
    );
  }

  strikesOf(tx: Tx, accountId: string): Promise<Strike[]> {
    return rows(tx, 'SELECT value, at FROM strikes WHERE account_id = $1 AND revoked_at IS NULL ORDER BY at', [
      accountId,
    ]);
  }

  async revokeStrike(tx: Tx, decisionId: string, now: Date): Promise<void> {
    await changed(tx, 'UPDATE strikes SET revoked_at = $2 WHERE decision_id = $1 AND revoked_at IS NULL RETURNING 1', [
      decisionId,
      now,
    ]);
  }
}
