import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { newId } from '../../../kernel/ids.js';
import { changed, post, row, rows } from '../../../platform/database/sql.js';
import type { Tx } from '../../../platform/database/transactor.js';
import type { SanctionState } from '../domain/sanction-lifecycle.js';
import type { Measure } from '../domain/taxonomy.js';

export interface SanctionParams {
  readonly instructions?: string;
  readonly identifierKinds?: readonly string[];
  readonly contents?: readonly { readonly system: string; readonly ref: string }[];
}

export interface SanctionRecord {
  readonly id: string;
  readonly accountId: string;
  readonly caseId: string;
  readonly decisionId: string;
  readonly type: Measure;
  readonly state: SanctionState;
  readonly version: number;
  readonly clause: string;
  readonly features: readonly string[];
  readonly params: SanctionParams;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
  /** When time changes its state next; null: never by itself. */
  readonly nextAt: Date | null;
  readonly reviewAt: Date | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly endedBy: string | null;
  readonly endReason: string | null;
}

export interface SanctionFilter {
  readonly accountId?: string | undefined;
  readonly caseId?: string | undefined;
  readonly decisionId?: string | undefined;
  readonly state?: SanctionState | undefined;
  readonly type?: Measure | undefined;
}

const COLUMNS = `id, account_id AS "accountId", case_id AS "caseId", decision_id AS "decisionId", type, state, version, clause,
  features, params, starts_at AS "startsAt", ends_at AS "endsAt", next_at AS "nextAt", review_at AS "reviewAt",
  created_at AS "createdAt", ended_at AS "endedAt", ended_by AS "endedBy", end_reason AS "endReason"`;
const HISTORY = `SELECT ${COLUMNS} FROM sanctions
  WHERE account_id = $1 AND (state IN ('awaiting_approval', 'scheduled', 'active') OR (type = 'suspension' AND state <> 'declined')
     OR (type = 'warning' AND state = 'fulfilled' AND EXISTS (SELECT 1 FROM decisions d WHERE d.id = sanctions.decision_id
           AND d.state IN ('effective', 'varied') AND d.notice_given_at IS NOT NULL)))`;

const ADD_CHANGE = `INSERT INTO sanction_changes (id, sanction_id, account_id, change, actor_kind, actor_id, at, data)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb)`;

@Injectable()
export class SanctionsStore {
  async insert(tx: Tx, s: SanctionRecord): Promise<void> {
    await post(
      tx,
      `INSERT INTO sanctions (id, account_id, case_id, decision_id, type, state, version, clause, features, params, starts_at,
              ends_at, next_at, review_at, created_at, ended_at, ended_by, end_reason)
       VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9::jsonb, $10, $11, $12, $13, $14, $15, $16, $17)`,
      [
        s.id,
        s.accountId,
        s.caseId,
        s.decisionId,
        s.type,
        s.state,
        s.clause,
        s.features,
        JSON.stringify(s.params),
        s.startsAt,
        s.endsAt,
        s.nextAt,
        s.reviewAt,
        s.createdAt,
        s.endedAt,
        s.endedBy,
        s.endReason,
      ],
    );
  }

  find(tx: Tx, id: string): Promise<SanctionRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM sanctions WHERE id = $1`, [id]);
  }

  lock(tx: Tx, id: string): Promise<SanctionRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM sanctions WHERE id = $1 FOR UPDATE`, [id]);
  }

  lockOfDecision(tx: Tx, decisionId: string): Promise<SanctionRecord[]> {
    return rows(tx, `SELECT ${COLUMNS} FROM sanctions WHERE decision_id = $1 ORDER BY id FOR UPDATE`, [decisionId]);
  }

  ofDecision(tx: Tx, decisionId: string): Promise<SanctionRecord[]> {
    return rows(tx, `SELECT ${COLUMNS} FROM sanctions WHERE decision_id = $1 ORDER BY id`, [decisionId]);
  }

  /** What stands against an account now, or waits for a second person. */
  live(tx: Tx, accountId: string, now: Date): Promise<SanctionRecord[]> {
    return rows(
      tx,
      `SELECT ${COLUMNS} FROM sanctions WHERE account_id = $1 AND state IN ('awaiting_approval', 'scheduled', 'active')
          AND (ends_at IS NULL OR ends_at > $2)`,
      [accountId, now],
    );
  }

  /** What a further decision has to know of the account, in one reading: what stands, every suspension that ever did, warnings told. */
  history(tx: Tx, accountId: string): Promise<SanctionRecord[]> {
    return rows(tx, HISTORY, [accountId]);
  }

  /** @returns undefined when the version is not that any more */
  async save(tx: Tx, s: SanctionRecord): Promise<SanctionRecord | undefined> {
    const [saved] = await changed<SanctionRecord>(
      tx,
      `UPDATE sanctions SET state = $3, features = $4, starts_at = $5, ends_at = $6, next_at = $7, review_at = $8, ended_at = $9,
              ended_by = $10, end_reason = $11, version = version + 1
        WHERE id = $1 AND version = $2 RETURNING ${COLUMNS}`,
      [
        s.id,
        s.version,
        s.state,
        s.features,
        s.startsAt,
        s.endsAt,
        s.nextAt,
        s.reviewAt,
        s.endedAt,
        s.endedBy,
        s.endReason,
      ],
    );
    return saved;
  }

  /** One row a change; beginnings and ends once each, whoever writes them. @returns false when it stands already */
  async addChange(tx: Tx, s: SanctionRecord, change: string, actor: Actor, at: Date, data: object): Promise<boolean> {
    const added = await changed(
      tx,
      `${ADD_CHANGE}
       ON CONFLICT (sanction_id, change) WHERE change IN ('activated', 'expired', 'lifted', 'superseded', 'fulfilled', 'declined')
       DO NOTHING RETURNING id`,
      [newId(), s.id, s.accountId, change, actor.kind, actor.id, at, JSON.stringify(data)],
    );
    return added.length === 1;
  }

  /** Of a sanction that is new in this transaction: nobody else can have written it. */
  async addFirstChange(tx: Tx, s: SanctionRecord, change: string, actor: Actor, at: Date, data: object): Promise<void> {
    const values = [newId(), s.id, s.accountId, change, actor.kind, actor.id, at, JSON.stringify(data)];
    await post(tx, ADD_CHANGE, values);
  }

  changesOf(
    tx: Tx,
    sanctionId: string,
  ): Promise<{ change: string; actorKind: string; actorId: string; at: Date; data: object }[]> {
    return rows(
      tx,
      `SELECT change, actor_kind AS "actorKind", actor_id AS "actorId", at, data FROM sanction_changes
        WHERE sanction_id = $1 ORDER BY at, id`,
      [sanctionId],
    );
  }

  /** Rows that time has moved on, each to one sweep only. */
  claimDue(tx: Tx, now: Date, limit: number): Promise<SanctionRecord[]> {
    return rows(
      tx,
      `SELECT ${COLUMNS} FROM sanctions WHERE next_at <= $1 ORDER BY next_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [now, limit],
    );
  }

  /** What stands and is to be looked at again, each date once, each to one sweep only. */
  claimForReview(tx: Tx, now: Date, limit: number): Promise<SanctionRecord[]> {
    return changed(
      tx,
      `UPDATE sanctions SET review_asked_at = $1 WHERE id IN (
         SELECT id FROM sanctions WHERE review_at <= $1 AND (review_asked_at IS NULL OR review_asked_at < review_at)
            AND state = 'active' AND (ends_at IS NULL OR ends_at > $1)
          ORDER BY review_at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING ${COLUMNS}`,
      [now, limit],
    );
  }

  list(
    tx: Tx,
    filter: SanctionFilter,
    after: readonly unknown[] | undefined,
    limit: number,
  ): Promise<SanctionRecord[]> {
    const values: unknown[] = [];
    const bind = (value: unknown): string => `$${values.push(value)}`;
    const conditions = ['true'];
    if (filter.accountId !== undefined) conditions.push(`account_id = ${bind(filter.accountId)}`);
    if (filter.caseId !== undefined) conditions.push(`case_id = ${bind(filter.caseId)}`);
    if (filter.decisionId !== undefined) conditions.push(`decision_id = ${bind(filter.decisionId)}`);
    if (filter.state !== undefined) conditions.push(`state = ${bind(filter.state)}`);
    if (filter.type !== undefined) conditions.push(`type = ${bind(filter.type)}`);
    if (after) conditions.push(`(created_at, id) < (${bind(after[0])}::timestamptz, ${bind(after[1])}::uuid)`);
    return rows(
      tx,
      `SELECT ${COLUMNS} FROM sanctions WHERE ${conditions.join(' AND ')} ORDER BY created_at DESC, id DESC LIMIT ${bind(limit + 1)}`,
      values,
    );
  }

  /** Decisions whose ban on re-registration stands. */
  async barringDecisions(tx: Tx, accountId: string, now: Date): Promise<string[]> {
    const found = await rows<{ id: string }>(
      tx,
      `SELECT decision_id AS id FROM sanctions WHERE account_id = $1 AND type = 'reregistration_ban'
          AND state IN ('scheduled', 'active') AND ends_at > $2`,
      [accountId, now],
    );
    return found.map((r) => r.id);
  }
}
