import { Injectable } from '@nestjs/common';
import { changed, row, rows } from '../../../platform/database/sql.js';
import { type Tx, violates } from '../../../platform/database/transactor.js';
import type { AppealState } from '../domain/appeal-lifecycle.js';

export interface AppealRecord {
  readonly id: string;
  readonly accountId: string;
  readonly decisionId: string;
  readonly state: AppealState;
  readonly version: number;
  readonly ownMotion: boolean;
  readonly conflictIds: readonly string[];
  readonly reviewer: string | null;
  readonly remedies: readonly string[];
  readonly dueAt: Date;
  readonly filedAt: Date;
  readonly decidedAt: Date | null;
  readonly updatedAt: Date;
}

export interface AppealMessage {
  readonly id: string;
  readonly fromStaff: boolean;
  readonly author: string;
  readonly sealed: Buffer | null;
  readonly at: Date;
}

const COLUMNS = `id, account_id AS "accountId", decision_id AS "decisionId", state, version, own_motion AS "ownMotion",
  conflict_ids AS "conflictIds", reviewer, remedies, due_at AS "dueAt", filed_at AS "filedAt", decided_at AS "decidedAt",
  updated_at AS "updatedAt"`;

@Injectable()
export class AppealsStore {
  async insert(tx: Tx, a: AppealRecord): Promise<void> {
    await rows(
      tx,
      `INSERT INTO appeals (id, account_id, decision_id, state, version, own_motion, conflict_ids, remedies, due_at, filed_at, updated_at)
       VALUES ($1, $2, $3, 'filed', 1, $4, $5, '{}', $6, $7, $7)`,
      [a.id, a.accountId, a.decisionId, a.ownMotion, a.conflictIds, a.dueAt, a.filedAt],
    );
  }

  find(tx: Tx, id: string): Promise<AppealRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM appeals WHERE id = $1`, [id]);
  }

  lock(tx: Tx, id: string): Promise<AppealRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM appeals WHERE id = $1 FOR UPDATE`, [id]);
  }

  /** Answered already: a personal appeal on a decision is heard once, and once more for each time its measure became longer. */
  async answeredOf(tx: Tx, decisionId: string, since: Date | undefined): Promise<boolean> {
    const found = await row(
      tx,
      `SELECT 1 FROM appeals WHERE decision_id = $1 AND NOT own_motion AND state IN ('upheld', 'overturned', 'varied')
          AND ($2::timestamptz IS NULL OR filed_at >= $2) LIMIT 1`,
      [decisionId, since ?? null],
    );
    return found !== undefined;
  }

  async save(tx: Tx, a: AppealRecord): Promise<AppealRecord | undefined> {
    const [saved] = await changed<AppealRecord>(
      tx,
      `UPDATE appeals SET state = $3, reviewer = $4, remedies = $5, decided_at = $6, updated_at = $7, version = version + 1
        WHERE id = $1 AND version = $2 RETURNING ${COLUMNS}`,
      [a.id, a.version, a.state, a.reviewer, a.remedies, a.decidedAt, a.updatedAt],
    );
    return saved;
  }

  list(
    tx: Tx,
    filter: { accountId?: string | undefined; state?: AppealState | undefined },
    after: readonly unknown[] | undefined,
    limit: number,
  ): Promise<AppealRecord[]> {
    const values: unknown[] = [];
    const bind = (value: unknown): string => `$${values.push(value)}`;
    const conditions = ['true'];
    if (filter.accountId !== undefined) conditions.push(`account_id = ${bind(filter.accountId)}`);
    if (filter.state !== undefined) conditions.push(`state = ${bind(filter.state)}`);
    if (after) conditions.push(`(filed_at, id) < (${bind(after[0])}::timestamptz, ${bind(after[1])}::uuid)`);
    return rows(
      tx,
      `SELECT ${COLUMNS} FROM appeals WHERE ${conditions.join(' AND ')} ORDER BY filed_at DESC, id DESC LIMIT ${bind(limit + 1)}`,
      values,
    );
  }

  async addMessage(tx: Tx, appeal: AppealRecord, m: AppealMessage): Promise<void> {
    await rows(
      tx,
      `INSERT INTO appeal_messages (id, appeal_id, account_id, from_staff, author, sealed, at, case_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7,
         (SELECT d.case_id FROM appeals a JOIN decisions d ON d.id = a.decision_id WHERE a.id = $2))`,
      [m.id, appeal.id, appeal.accountId, m.fromStaff, m.author, m.sealed, m.at],
    );
  }

  messagesOf(tx: Tx, appealId: string): Promise<AppealMessage[]> {
    return rows(
      tx,
      `SELECT id, from_staff AS "fromStaff", author, sealed, at FROM appeal_messages WHERE appeal_id = $1 ORDER BY at, id LIMIT 200`,
      [appealId],
    );
  }

  isSecondLive(error: unknown): boolean {
    return violates(error, 'appeals_live_once');
  }
}
