import { evaluate, type Facts } from './evaluate.js';
import { marksOf, MemoryMarks, type Place, readingsOf, type ScopeKeys } from './marks.js';
import { type Outcome, type Policy, type Rule, type Stage } from './policy.js';

/** One decision as it was recorded: enough to judge the same attempt under another policy, and no more. */
export interface RecordedAttempt {
  readonly id: string;
  readonly registrationId: string;
  readonly stage: Stage;
  readonly at: Date;
  readonly outcome: Outcome;
  readonly rules: readonly string[];
  readonly keys: ScopeKeys;
  readonly places?: readonly Place[];
  readonly facts: Omit<Facts, 'stage' | 'counts'>;
  readonly elapsedMs?: number;
}

export interface Change {
  readonly id: string;
  readonly at: Date;
  readonly stage: Stage;
  readonly before: Outcome;
  readonly after: Outcome;
  readonly rules: readonly string[];
}

export interface ReplayResult {
  readonly attempts: number;
  /** `before>after` → how many. */
  readonly totals: Readonly<Record<string, number>>;
  readonly byRule: Readonly<Record<string, number>>;
  readonly changes: readonly Change[];
  /** Rules whose input was never recorded in clear, so that a change of their list cannot be replayed. */
  readonly notReplayable: readonly string[];
}

/**
 * Runs recorded attempts, in order of time, through another policy. Counts are made anew from the attempts themselves,
 * so changed windows and limits are judged as if they had stood then. Names and networks were recorded only as "which of
 * the policy's lists matched": a rule that is new or changed there is named as not replayable rather than guessed.
 */
export function replay(
  policy: Policy,
  attempts: readonly RecordedAttempt[],
  recordedUnder: readonly Policy[] = [],
): ReplayResult {
  const marks = new MemoryMarks();
  const totals: Record<string, number> = {};
  const byRule: Record<string, number> = {};
  const changes: Change[] = [];
  for (const attempt of attempts) {
    const wanted = marksOf(policy, {
      stage: attempt.stage,
      id: attempt.registrationId,
      keys: attempt.keys,
      ...(attempt.places === undefined ? {} : { places: attempt.places }),
      ...(attempt.elapsedMs === undefined ? {} : { elapsedMs: attempt.elapsedMs }),
    });
    const readings = readingsOf(policy, wanted, marks.count(wanted, attempt.at));
    const verdict = evaluate(policy, { ...attempt.facts, ...readings, stage: attempt.stage });
    const rules = verdict.fired.map((fired) => fired.rule);
    for (const rule of rules) byRule[rule] = (byRule[rule] ?? 0) + 1;
    const turn = `${attempt.outcome}>${verdict.outcome}`;
    totals[turn] = (totals[turn] ?? 0) + 1;
    if (attempt.outcome !== verdict.outcome) {
      const { id, at, stage, outcome: before } = attempt;
      changes.push({ id, at, stage, before, after: verdict.outcome, rules });
    }
  }
  return { attempts: attempts.length, totals, byRule, changes, notReplayable: notReplayable(policy, recordedUnder) };
}

function notReplayable(policy: Policy, recordedUnder: readonly Policy[]): string[] {
  const inputOf = (p: Policy, rule: Rule): string | undefined => {
    if (rule.when.kind === 'network') return JSON.stringify(rule.when.in);
    if (rule.when.kind === 'display_name')
      return JSON.stringify(rule.when.resembles.map((list) => [list, p.names[list]]));
    return undefined;
  };
  return policy.rules
    .filter((rule) => {
      const input = inputOf(policy, rule);
      if (input === undefined) return false;
      return !recordedUnder.every((old) => old.rules.some((other) => inputOf(old, other) === input));
    })
    .map((rule) => rule.id);
}
