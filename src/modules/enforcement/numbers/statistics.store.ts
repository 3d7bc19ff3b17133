import { Injectable } from '@nestjs/common';
import { LEGAL_ZONE } from '../../../kernel/period.js';
import { row, rows } from '../../../platform/database/sql.js';
import type { Tx } from '../../../platform/database/transactor.js';
import type { WeekCount } from '../domain/weekly.js';
import {
  BY_HAND,
  type Count,
  countsOf,
  NO_SPREAD,
  secondsBetween,
  type Span,
  type Spread,
  spreadOf,
  TAKEN,
} from './numbers-sql.js';

export interface Backlog extends Count {
  readonly overdue: number;
  readonly oldestSeconds: number;
}

/** Answered in time or not. */
export interface Kept {
  readonly key: string;
  readonly kept: number;
  readonly missed: number;
}

const UNDECIDED = `state IN ('open', 'in_review', 'reopened')`;
/** Cases answered for the first time in the span, by hand: decided, or dismissed without ever having been decided. */
const JUDGED = `WITH judged AS (
  SELECT c.clauses, f.at <= c.due_at AS in_time
    FROM (SELECT case_id, min(decided_at) AS at FROM decisions WHERE decided_at >= $1 AND decided_at < $2 AND ${BY_HAND}
           GROUP BY case_id) f
    JOIN cases c ON c.id = f.case_id
   WHERE NOT EXISTS (SELECT 1 FROM decisions e WHERE e.case_id = c.id AND e.decided_at < $1)
   UNION ALL
  SELECT c.clauses, c.closed_at <= c.due_at FROM cases c
   WHERE c.state = 'dismissed' AND c.closed_at >= $1 AND c.closed_at < $2
     AND NOT EXISTS (SELECT 1 FROM decisions e WHERE e.case_id = c.id))`;

/** What a lead asks besides: what waits, what was in time, who carries how much, where it goes week by week. */
@Injectable()
export class StatisticsStore {
  /** Undecided now, by clause; a case of two clauses stands under both. */
  backlog(tx: Tx, now: Date): Promise<Backlog[]> {
    return rows(
      tx,
      `SELECT key, count(*)::int AS count, count(*) FILTER (WHERE due_at < $1)::int AS overdue,
              round(max(${secondsBetween('opened_at', '$1')}))::int AS "oldestSeconds"
         FROM cases, unnest(clauses) AS key WHERE ${UNDECIDED} GROUP BY key ORDER BY count(*) DESC, key`,
      [now],
    );
  }

  async queueAge(tx: Tx, now: Date): Promise<Spread> {
    const age = spreadOf(secondsBetween('opened_at', '$1'));
    return (await row<Spread>(tx, `SELECT ${age} FROM cases WHERE ${UNDECIDED}`, [now])) ?? NO_SPREAD;
  }

  /** Of what is undecided, how many were opened before each of these instants. */
  openedBefore(tx: Tx, instants: readonly Date[]): Promise<{ readonly count: number }[]> {
    return rows(
      tx,
      `SELECT (SELECT count(*)::int FROM cases WHERE ${UNDECIDED} AND opened_at <= i) AS count
         FROM unnest($1::timestamptz[]) WITH ORDINALITY AS u (i, n) ORDER BY n`,
      [instants],
    );
  }

  /** Where the time goes: each clause by itself, the slowest first. */
  timeToDecisionByClause(tx: Tx, s: Span): Promise<(Spread & { readonly key: string })[]> {
    return rows(
      tx,
      `SELECT key, ${spreadOf(secondsBetween('c.opened_at', 'd.decided_at'))}
         FROM decisions d JOIN cases c ON c.id = d.case_id, unnest(d.clauses) AS key
        WHERE d.decided_at >= $1 AND d.decided_at < $2 AND d.${BY_HAND} GROUP BY key ORDER BY median DESC, key`,
      [s.from, s.to],
    );
  }

  /** The first answer of a case, decided or dismissed, against its due time. A case of two clauses stands under both. */
  casesInTime(tx: Tx, s: Span): Promise<Kept[]> {
    return this.kept(tx, s, `${JUDGED} SELECT key, in_time FROM judged, unnest(clauses) AS key`);
  }

  casesInTimeInAll(tx: Tx, s: Span): Promise<Kept[]> {
    return this.kept(tx, s, `${JUDGED} SELECT 'cases' AS key, in_time FROM judged`);
  }

  appealsInTime(tx: Tx, s: Span): Promise<Kept[]> {
    return this.kept(
      tx,
      s,
      `SELECT 'appeals' AS key, decided_at <= due_at AS in_time FROM appeals
        WHERE decided_at >= $1 AND decided_at < $2 AND state IN ('upheld', 'overturned', 'varied')`,
    );
  }

  decisionsByState(tx: Tx, s: Span): Promise<Count[]> {
    return this.counts(tx, s, 'SELECT state AS key FROM decisions WHERE decided_at >= $1 AND decided_at < $2');
  }

  decisionsInBulk(tx: Tx, s: Span): Promise<Count[]> {
    return this.counts(
      tx,
      s,
      `SELECT 'bulk' AS key FROM decisions WHERE decided_at >= $1 AND decided_at < $2 AND NOT ${BY_HAND} AND ${TAKEN}`,
    );
  }

  /** What was done about what: the clause that the measure stands on. */
  measuresByClause(tx: Tx, s: Span): Promise<(Count & { readonly measure: string })[]> {
    return rows(
      tx,
      `SELECT clause AS key, type AS measure, count(*)::int AS count FROM sanctions
        WHERE created_at >= $1 AND created_at < $2 AND state NOT IN ('awaiting_approval', 'declined')
        GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2`,
      [s.from, s.to],
    );
  }

  /** Appeals answered, and of them where we had been wrong, by the clause of the decision. */
  answersByClause(tx: Tx, s: Span): Promise<(Count & { readonly changed: number })[]> {
    return rows(
      tx,
      `SELECT key, count(*)::int AS count, count(*) FILTER (WHERE a.state IN ('overturned', 'varied'))::int AS changed
         FROM appeals a JOIN decisions d ON d.id = a.decision_id, unnest(d.clauses) AS key
        WHERE a.decided_at >= $1 AND a.decided_at < $2 AND a.state IN ('upheld', 'overturned', 'varied')
        GROUP BY key ORDER BY count(*) DESC, key`,
      [s.from, s.to],
    );
  }

  /** How many each person decided, the busiest first, nobody by name. */
  async load(tx: Tx, s: Span): Promise<number[]> {
    const found = await rows<{ n: number }>(
      tx,
      `SELECT count(*)::int AS n FROM decisions WHERE decided_at >= $1 AND decided_at < $2 AND ${BY_HAND}
        GROUP BY decided_by ORDER BY n DESC`,
      [s.from, s.to],
    );
    return found.map((r) => r.n);
  }

  /** How often a second person agreed: of what waited for one in this span. */
  secondPersons(tx: Tx, s: Span): Promise<Count[]> {
    return this.counts(
      tx,
      s,
      `SELECT CASE state WHEN 'declined' THEN 'declined' ELSE 'approved' END AS key FROM decisions
        WHERE decided_at >= $1 AND decided_at < $2 AND approved_by IS NOT NULL`,
    );
  }

  reportsByWeek(tx: Tx, s: Span): Promise<WeekCount[]> {
    const of = 'SELECT clause AS key, received_at AS at FROM reports WHERE received_at >= $1 AND received_at < $2';
    return this.byWeek(tx, s, of);
  }

  casesByWeek(tx: Tx, s: Span): Promise<WeekCount[]> {
    const of = `SELECT key, opened_at AS at FROM cases, unnest(clauses) AS key WHERE opened_at >= $1 AND opened_at < $2`;
    return this.byWeek(tx, s, of);
  }

  decisionsByWeek(tx: Tx, s: Span): Promise<WeekCount[]> {
    const of = `SELECT key, decided_at AS at FROM decisions, unnest(clauses) AS key
                 WHERE decided_at >= $1 AND decided_at < $2 AND ${TAKEN}`;
    return this.byWeek(tx, s, of);
  }

  reversalsByWeek(tx: Tx, s: Span): Promise<WeekCount[]> {
    const of = `SELECT key, a.decided_at AS at FROM appeals a JOIN decisions d ON d.id = a.decision_id, unnest(d.clauses) AS key
                 WHERE a.decided_at >= $1 AND a.decided_at < $2 AND a.state IN ('overturned', 'varied')`;
    return this.byWeek(tx, s, of);
  }

  /** Weeks begin on Monday where the law applies. */
  private byWeek(tx: Tx, s: Span, of: string): Promise<WeekCount[]> {
    return rows(
      tx,
      `SELECT key, to_char(date_trunc('week', at AT TIME ZONE '${LEGAL_ZONE}'), 'YYYY-MM-DD') AS week, count(*)::int AS count
         FROM (${of}) t GROUP BY 1, 2 ORDER BY 1, 2`,
      [s.from, s.to],
    );
  }

  private kept(tx: Tx, s: Span, of: string): Promise<Kept[]> {
    return rows(
      tx,
      `SELECT key, count(*) FILTER (WHERE in_time)::int AS kept, count(*) FILTER (WHERE NOT in_time)::int AS missed
         FROM (${of}) k GROUP BY key ORDER BY missed DESC, key`,
      [s.from, s.to],
    );
  }

  private counts(tx: Tx, s: Span, of: string): Promise<Count[]> {
    return rows(tx, countsOf(of), [s.from, s.to]);
  }
}
