import { Injectable } from '@nestjs/common';
import { row, rows } from '../../../platform/database/sql.js';
import type { Tx } from '../../../platform/database/transactor.js';
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

/** Counts and times of a span that both the inner statistics and the public report tell; each reads one indexed time. */
@Injectable()
export class NumbersStore {
  reportsByClause(tx: Tx, s: Span): Promise<Count[]> {
    return this.counts(tx, s, 'SELECT clause AS key FROM reports WHERE received_at >= $1 AND received_at < $2');
  }

  reportsBySource(tx: Tx, s: Span): Promise<Count[]> {
    return this.counts(tx, s, 'SELECT reporter_kind AS key FROM reports WHERE received_at >= $1 AND received_at < $2');
  }

  timeToDecision(tx: Tx, s: Span): Promise<Spread> {
    return this.spread(
      tx,
      `SELECT ${spreadOf(secondsBetween('c.opened_at', 'd.decided_at'))} FROM decisions d JOIN cases c ON c.id = d.case_id
        WHERE d.decided_at >= $1 AND d.decided_at < $2 AND d.${BY_HAND}`,
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

  private counts(tx: Tx, s: Span, of: string): Promise<Count[]> {
    return rows(tx, countsOf(of), [s.from, s.to]);
  }

  private async spread(tx: Tx, text: string, values: readonly unknown[]): Promise<Spread> {
    return (await row<Spread>(tx, text, [...values])) ?? NO_SPREAD;
  }
}
