import { addPeriod, type Period } from '../../../kernel/period.js';
import { banTermOf, type Clause, type LadderStep, type Taxonomy } from './taxonomy.js';

/** A strike as it was frozen when its decision was taken: a later change of the ladder does not rewrite the past. */
export interface Strike {
  readonly value: number;
  readonly at: Date;
}

/** A time in which the account was suspended; open while it lasts. */
export interface Span {
  readonly from: Date;
  readonly until: Date | null;
}

/**
 * When a strike stops counting. Its life stands still while the account is suspended: who cannot use the service cannot
 * use it well either.
 */
export function strikeEnd(strike: Strike, life: Period, suspended: readonly Span[], now: Date): Date {
  let end = addPeriod(strike.at, life).getTime();
  for (const span of united(suspended, now)) {
    const from = Math.max(span.from, strike.at.getTime());
    if (from >= end) break;
    if (span.until > from) end += span.until - from;
  }
  return new Date(end);
}

/** Overlapping suspensions pause once. */
function united(spans: readonly Span[], now: Date): { from: number; until: number }[] {
  const sorted = spans
    .map((s) => ({ from: s.from.getTime(), until: Math.min((s.until ?? now).getTime(), now.getTime()) }))
    .filter((s) => s.until > s.from)
    .sort((a, b) => a.from - b.from);
  const out: { from: number; until: number }[] = [];
  for (const span of sorted) {
    const last = out.at(-1);
    if (last !== undefined && span.from <= last.until) last.until = Math.max(last.until, span.until);
    else out.push({ ...span });
  }
  return out;
}

export const liveStrikes = (strikes: readonly Strike[], life: Period, suspended: readonly Span[], now: Date): number =>
  strikes.filter((s) => strikeEnd(s, life, suspended, now) > now).reduce((sum, s) => sum + s.value, 0);

export interface Suggestion {
  readonly ladder: string;
  /** What this decision adds, frozen with it. */
  readonly strikeValue: number;
  readonly strikesBefore: number;
  readonly strikesAfter: number;
  readonly measure: LadderStep['measure'];
  readonly period: Period | null;
  /** How long a ban on re-registration would be, where one is imposed. */
  readonly banTerm: Period;
}

/** What the ladder suggests: only the gravest clause of a decision counts, and of its ladder only the highest step reached. */
export function suggest(
  clauses: readonly Clause[],
  { ladders, banTerms }: Pick<Taxonomy, 'ladders' | 'banTerms'>,
  strikesBefore: number,
): Suggestion | undefined {
  const gravest = clauses
    .map((c) => ladders.get(c.ladder))
    .filter((l) => l !== undefined)
    .sort((a, b) => b.strikes - a.strikes)[0];
  if (gravest === undefined) return undefined;
  const strikesAfter = strikesBefore + gravest.strikes;
  const step = gravest.steps.filter((s) => s.from <= strikesAfter).at(-1);
  if (step === undefined) return undefined;
  return {
    ladder: gravest.name,
    strikeValue: gravest.strikes,
    strikesBefore,
    strikesAfter,
    measure: step.measure,
    period: step.period,
    banTerm: banTermOf(clauses, banTerms),
  };
}
