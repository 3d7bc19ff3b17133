import { Injectable } from '@nestjs/common';
import { row, rows } from '../../../platform/database/sql.js';
import type { Tx } from '../../../platform/database/transactor.js';

export interface Span {
  readonly from: Date;
  readonly to: Date;
}

export interface Count {
  readonly key: string;
  readonly count: number;
}

export interface Spread {
  readonly count: number;
  /** Seconds; null without any. */
  readonly median: number | null;
  readonly p90: number | null;
  readonly longest: number | null;
}

export interface Backlog extends Count {
  readonly overdue: number;
  readonly oldestSeconds: number;
}

/** Of the people who decided, without saying who: how many, and how much each. */
export interface Load {
  readonly moderators: number;
  readonly median: number | null;
  readonly most: number | null;
}

const spreadOf = (seconds: string): string =>
  `count(*)::int AS count, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ${seconds}))::int AS median,
   round(percentile_cont(0.9) WITHIN GROUP (ORDER BY ${seconds}))::int AS p90, round(max(${seconds}))::int AS longest`;
const secondsBetween = (from: string, to: string): string => `extract(epoch FROM ${to} - ${from})`;
/** What really became a decision: not what waits, was declined or lapsed. */
const TAKEN = `state IN ('effective', 'overturned', 'varied')`;
const UNDECIDED = `state IN ('open', 'in_review', 'reopened')`;

/** Every query reads one span of one indexed time, or what is undecided now. */
@Injectable()
export class NumbersStore {
  reportsByClause(tx: Tx, s: Span): Promise<Count[]> {
    return this.counts(tx, s, 'SELECT clause AS key FROM reports WHERE received_at >= $1 AND received_at < $2');
  }

  reportsBySource(tx: Tx, s: Span): Promise<Count[]> {
    return this.counts(tx, s, 'SELECT reporter_kind AS key FROM reports WHERE received_at >= $1 AND received_at < $2');
  }

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

  queueAge(tx: Tx, now: Date): Promise<Spread> {
    return this.spread(tx, `SELECT ${spreadOf(secondsBetween('opened_at', '$1'))} FROM cases WHERE ${UNDECIDED}`, [
      now,
    ]);
  }

  timeToDecision(tx: Tx, s: Span): Promise<Spread> {
    return this.spread(
      tx,
      `SELECT ${spreadOf(secondsBetween('c.opened_at', 'd.decided_at'))} FROM decisions d JOIN cases c ON c.id = d.case_id
        WHERE d.decided_at >= $1 AND d.decided_at < $2`,
      [s.from, s.to],
    );
  }

  decisionsByClause(tx: Tx, s: Span): Promise<Count[]> {
    return this.counts(
      tx,
      s,
      `SELECT unnest(clauses) AS key FROM decisions WHERE decided_at >= $1 AND decided_at < $2 AND ${TAKEN}`,
    );
  }

  decisionsByState(tx: Tx, s: Span): Promise<Count[]> {
    return this.counts(tx, s, 'SELECT state AS key FROM decisions WHERE decided_at >= $1 AND decided_at < $2');
  }

  decisionsBySource(tx: Tx, s: Span): Promise<Count[]> {
    return this.counts(
      tx,
      s,
      `SELECT c.source AS key FROM decisions d JOIN cases c ON c.id = d.case_id
        WHERE d.decided_at >= $1 AND d.decided_at < $2 AND d.${TAKEN}`,
    );
  }

  measures(tx: Tx, s: Span): Promise<Count[]> {
    return this.counts(
      tx,
      s,
      `SELECT type AS key FROM sanctions
        WHERE created_at >= $1 AND created_at < $2 AND state NOT IN ('awaiting_approval', 'declined')`,
    );
  }

  appealsFiled(tx: Tx, s: Span): Promise<Count[]> {
    return this.counts(
      tx,
      s,
      `SELECT CASE WHEN own_motion THEN 'own_motion' ELSE 'person' END AS key FROM appeals
        WHERE filed_at >= $1 AND filed_at < $2`,
    );
  }

  appealsAnswered(tx: Tx, s: Span): Promise<Count[]> {
    return this.counts(
      tx,
      s,
      `SELECT state AS key FROM appeals
        WHERE decided_at >= $1 AND decided_at < $2 AND state IN ('upheld', 'overturned', 'varied')`,
    );
  }

  timeToAnswer(tx: Tx, s: Span): Promise<Spread> {
    return this.spread(
      tx,
      `SELECT ${spreadOf(secondsBetween('filed_at', 'decided_at'))} FROM appeals
        WHERE decided_at >= $1 AND decided_at < $2 AND state IN ('upheld', 'overturned', 'varied')`,
      [s.from, s.to],
    );
  }

  referralsSent(tx: Tx, s: Span): Promise<Count[]> {
    return this.counts(tx, s, 'SELECT direction AS key FROM referrals WHERE sent_at >= $1 AND sent_at < $2');
  }

  async load(tx: Tx, s: Span): Promise<Load> {
    const found = await row<Load>(
      tx,
      `SELECT count(*)::int AS moderators, percentile_cont(0.5) WITHIN GROUP (ORDER BY n)::float8 AS median, max(n)::int AS most
         FROM (SELECT count(*) AS n FROM decisions WHERE decided_at >= $1 AND decided_at < $2 GROUP BY decided_by) per_person`,
      [s.from, s.to],
    );
    return found ?? { moderators: 0, median: null, most: null };
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

  private counts(tx: Tx, s: Span, of: string): Promise<Count[]> {
    return rows(tx, `SELECT key, count(*)::int AS count FROM (${of}) k GROUP BY key ORDER BY count(*) DESC, key`, [
      s.from,
      s.to,
    ]);
  }

  private async spread(tx: Tx, text: string, values: readonly unknown[]): Promise<Spread> {
    return (await row<Spread>(tx, text, [...values])) ?? { count: 0, median: null, p90: null, longest: null };
  }
}
