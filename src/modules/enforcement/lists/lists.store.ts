import { Injectable } from '@nestjs/common';
import { row, rows } from '../../../platform/database/sql.js';
import type { Tx } from '../../../platform/database/transactor.js';

type After = readonly unknown[] | undefined;

export interface OrderRow {
  readonly sanctionId: string;
  readonly accountId: string;
  readonly caseId: string;
  readonly clause: string;
  readonly state: string;
  readonly version: number;
  readonly dueAt: Date;
  readonly updatedAt: Date;
  readonly instructions: string | null;
}

export interface RemovalRow {
  readonly id: string;
  readonly sanctionId: string;
  readonly accountId: string;
  readonly system: string;
  readonly contentRef: string;
  readonly state: string;
  readonly attempts: number;
  readonly askedAt: Date;
  readonly nextAt: Date | null;
  readonly answeredAt: Date | null;
  readonly note: string | null;
}

export interface SystemRow {
  readonly system: string;
  readonly asked: number;
  readonly refused: number;
  readonly removed: number;
  readonly notFound: number;
  readonly oldestAskedAt: Date | null;
}

export interface RepeatRow {
  readonly accountId: string;
  readonly decisions: number;
  readonly strikes: number;
  readonly clauses: readonly string[];
  readonly measures: readonly string[];
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly warnedAt: Date | null;
  readonly reports: number;
  readonly reportsUpheld: number;
}

export interface Filter {
  readonly states?: readonly string[] | undefined;
  readonly accountId?: string | undefined;
}

const ORDER = `r.sanction_id AS "sanctionId", r.account_id AS "accountId", s.case_id AS "caseId", s.clause, r.state, r.version,
  r.due_at AS "dueAt", r.updated_at AS "updatedAt", s.params ->> 'instructions' AS instructions`;
const REMOVAL = `id, sanction_id AS "sanctionId", account_id AS "accountId", system, content_ref AS "contentRef", state, attempts,
  asked_at AS "askedAt", next_at AS "nextAt", answered_at AS "answeredAt", note`;

/** What follows decisions, as the lists that staff work from: each in the order of an index, a page at a time. */
@Injectable()
export class ListsStore {
  /** Orders to rectify, the nearest due date first. */
  orders(tx: Tx, filter: Filter & { dueBefore?: Date | undefined }, after: After, limit: number): Promise<OrderRow[]> {
    const q = new Conditions();
    if (filter.states) q.add((bind) => `r.state = ANY (${bind(filter.states)})`);
    if (filter.accountId) q.add((bind) => `r.account_id = ${bind(filter.accountId)}`);
    if (filter.dueBefore) q.add((bind) => `r.due_at < ${bind(filter.dueBefore)}`);
    if (after) q.add((bind) => `(r.due_at, r.sanction_id) > (${bind(after[0])}::timestamptz, ${bind(after[1])}::uuid)`);
    const text = `SELECT ${ORDER} FROM rectifications r JOIN sanctions s ON s.id = r.sanction_id ${q.where}
       ORDER BY r.due_at, r.sanction_id LIMIT ${q.bind(limit + 1)}`;
    return rows(tx, text, q.values);
  }

  order(tx: Tx, sanctionId: string): Promise<OrderRow | undefined> {
    return row(
      tx,
      `SELECT ${ORDER} FROM rectifications r JOIN sanctions s ON s.id = r.sanction_id WHERE r.sanction_id = $1`,
      [sanctionId],
    );
  }

  removal(tx: Tx, id: string): Promise<RemovalRow | undefined> {
    return row(tx, `SELECT ${REMOVAL} FROM content_removals WHERE id = $1`, [id]);
  }

  removals(
    tx: Tx,
    filter: Filter & { system?: string | undefined },
    after: After,
    limit: number,
  ): Promise<RemovalRow[]> {
    const q = new Conditions();
    if (filter.states) q.add((bind) => `state = ANY (${bind(filter.states)})`);
    if (filter.system) q.add((bind) => `system = ${bind(filter.system)}`);
    if (after) q.add((bind) => `(asked_at, id) < (${bind(after[0])}::timestamptz, ${bind(after[1])}::uuid)`);
    const text = `SELECT ${REMOVAL} FROM content_removals ${q.where} ORDER BY asked_at DESC, id DESC LIMIT ${q.bind(limit + 1)}`;
    return rows(tx, text, q.values);
  }

  /** For each content system, what became of the removals that were asked for since. */
  systems(tx: Tx, since: Date): Promise<SystemRow[]> {
    const having = (state: string): string => `count(*) FILTER (WHERE state = '${state}')::int`;
    return rows(
      tx,
      `SELECT system, ${having('asked')} AS asked, ${having('refused')} AS refused, ${having('removed')} AS removed,
              ${having('not_found')} AS "notFound", min(asked_at) FILTER (WHERE state IN ('asked', 'refused')) AS "oldestAskedAt"
         FROM content_removals WHERE asked_at >= $1 OR state IN ('asked', 'refused') GROUP BY system ORDER BY system`,
      [since],
    );
  }

  /**
   * Accounts with more than one decision since: number, gravity, share of what was reported about them that proved right,
   * and whether a warning came before. Decisions that fell do not count.
   */
  repeats(tx: Tx, since: Date, least: number, after: After, limit: number): Promise<RepeatRow[]> {
    const q = new Conditions();
    const from = q.bind(since);
    const keyset = after
      ? `AND (max(d.decided_at), d.account_id) < (${q.bind(after[0])}::timestamptz, ${q.bind(after[1])}::uuid)`
      : '';
    const text = `
      WITH repeated AS (
        SELECT d.account_id, count(*)::int AS decisions, min(d.decided_at) AS first_at, max(d.decided_at) AS last_at,
               coalesce(sum((d.suggestion ->> 'strikeValue')::numeric), 0)::float8 AS strikes
          FROM decisions d WHERE d.decided_at >= ${from} AND d.state IN ('effective', 'varied')
         GROUP BY d.account_id HAVING count(*) >= ${q.bind(least)} ${keyset}
         ORDER BY max(d.decided_at) DESC, d.account_id DESC LIMIT ${q.bind(limit + 1)})
      SELECT p.account_id AS "accountId", p.decisions, p.strikes, p.first_at AS "firstAt", p.last_at AS "lastAt",
             ARRAY(SELECT DISTINCT unnest(d.clauses) FROM decisions d
                    WHERE d.account_id = p.account_id AND d.decided_at >= ${from} AND d.state IN ('effective', 'varied')
                    ORDER BY 1) AS clauses,
             ARRAY(SELECT DISTINCT s.type FROM sanctions s WHERE s.account_id = p.account_id AND s.created_at >= ${from}
                      AND s.state NOT IN ('awaiting_approval', 'declined') ORDER BY 1) AS measures,
             (SELECT max(s.created_at) FROM sanctions s WHERE s.account_id = p.account_id AND s.type = 'warning'
                 AND s.state NOT IN ('awaiting_approval', 'declined')) AS "warnedAt",
             (SELECT count(*)::int FROM reports r WHERE r.account_id = p.account_id AND r.received_at >= ${from}) AS reports,
             (SELECT count(*)::int FROM reports r WHERE r.account_id = p.account_id AND r.received_at >= ${from}
                 AND r.outcome = 'measures_taken') AS "reportsUpheld"
        FROM repeated p ORDER BY p.last_at DESC, p.account_id DESC`;
    return rows(tx, text, q.values);
  }
}

/** Conditions of a query and what they are bound to. */
class Conditions {
  readonly values: unknown[] = [];
  private readonly parts: string[] = [];

  readonly bind = (value: unknown): string => `$${this.values.push(value)}`;

  add(condition: (bind: (value: unknown) => string) => string): void {
    this.parts.push(condition(this.bind));
  }

  get where(): string {
    return this.parts.length === 0 ? '' : `WHERE ${this.parts.join(' AND ')}`;
  }
}
