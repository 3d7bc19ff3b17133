/** What the queries of numbers have in common, as text. */

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

export const NO_SPREAD: Spread = { count: 0, median: null, p90: null, longest: null };

export const spreadOf = (seconds: string): string =>
  `count(*)::int AS count, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ${seconds}))::int AS median,
   round(percentile_cont(0.9) WITHIN GROUP (ORDER BY ${seconds}))::int AS p90, round(max(${seconds}))::int AS longest`;

export const secondsBetween = (from: string, to: string): string => `extract(epoch FROM ${to} - ${from})`;

export const countsOf = (of: string): string =>
  `SELECT key, count(*)::int AS count FROM (${of}) k GROUP BY key ORDER BY count(*) DESC, key`;

/** What really became a decision: not what waits, was declined or lapsed. */
export const TAKEN = `state IN ('effective', 'overturned', 'varied')`;
/** One person's one judgement: a bulk decision is one too, however many accounts it reached. */
export const BY_HAND = 'bulk_id IS NULL';
