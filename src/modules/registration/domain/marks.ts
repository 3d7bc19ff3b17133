import { periodMs } from '../../../kernel/period.js';
import { type CountingRule, isCounting, type Policy, type RunRule, type Scope, type Stage } from './policy.js';
import { type Cover, longestRun, type Run, STRETCH } from './runs.js';

/** Keyed digests by which attempts are counted together; a scope is absent where the attempt has none (no device). */
export type ScopeKeys = Readonly<Partial<Record<Scope, string>>>;

/** Where the number stands in one stretch of its neighbours, open to this process only. */
export interface Place {
  /** Keyed digest of the stretch. */
  readonly stretch: string;
  readonly offset: number;
  readonly cover: Cover;
}

/** The same as it is kept. */
export interface RecordedPlace {
  readonly stretch: string;
  readonly hidden: number;
}

/** What is kept of an attempt's keys, so that it can be counted anew under another policy. */
export type RecordedKeys = ScopeKeys & { readonly places?: readonly RecordedPlace[] };

/** One set in which this attempt is to be marked, and the windows over which the set is read. */
export interface Mark {
  /** Kind, scope and the scope's digest. */
  readonly key: string;
  /** What is counted once however often it comes: the attempt, the number's digest, or its place in a stretch. */
  readonly member: string;
  readonly windowsMs: readonly number[];
  /** Beyond this many the set need not grow: every rule that reads it has spoken. Keeps a flood's cost flat. */
  readonly cap: number;
  /** Rules that read it, one a window, in the order of `windowsMs`. */
  readonly rules: readonly string[];
  /** Present where the question is who is in the set and not how many: a stretch of numbers, in which runs are looked for. */
  readonly place?: Place;
}

/** What a store answers to one mark. */
export interface Counted {
  /** For each window: how many members, this one included. Empty for a stretch. */
  readonly counts: readonly number[];
  /** Of a stretch: its members, this one included, and how long ago each was seen last. */
  readonly seen: readonly (readonly [member: number, agoMs: number])[];
}

export interface Attempt {
  readonly stage: Stage;
  readonly id: string;
  readonly keys: ScopeKeys;
  /** The number's places; empty where there is no number. */
  readonly places?: readonly Place[];
  /** From start to the answered code; known at stage `proof`. */
  readonly elapsedMs?: number;
}

/** The sets that the policy's rules need for this attempt; rules that count the same thing share one. */
export function marksOf(policy: Policy, attempt: Attempt): Mark[] {
  return [...countingMarks(policy, attempt), ...stretchMarks(policy, attempt)];
}

function countingMarks(policy: Policy, attempt: Attempt): Mark[] {
  const sets = new Map<string, { member: string; rules: CountingRule[] }>();
  for (const rule of policy.rules) {
    if (rule.stage !== attempt.stage || !isCounting(rule) || !countsThis(rule, attempt)) continue;
    const scope = attempt.keys[rule.when.per];
    const member = rule.when.kind === 'numbers' ? attempt.keys.number : attempt.id;
    if (scope === undefined || member === undefined) continue;
    const kind = rule.when.kind === 'quick_answers' ? `quick_answers:${rule.when.within}` : rule.when.kind;
    const key = `${kind}:${rule.when.per}:${scope}`;
    const set = sets.get(key) ?? { member, rules: [] };
    set.rules.push(rule);
    sets.set(key, set);
  }
  return [...sets].map(([key, { member, rules }]) => ({
    key,
    member,
    windowsMs: rules.map((rule) => periodMs(rule.window)),
    cap: Math.max(...rules.map((rule) => rule.limit)) + 1,
    rules: rules.map((rule) => rule.id),
  }));
}

/**
 * One set a stretch and stage: numbers that somebody merely typed must not make a run of those that people have proven,
 * or anybody could have a stranger held by typing the neighbours (row 13).
 */
function stretchMarks(policy: Policy, { stage, places = [] }: Attempt): Mark[] {
  const rules = runRulesOf(policy, stage);
  if (rules.length === 0) return [];
  return places.map((place) => ({
    key: `run:${stage}:${place.stretch}`,
    member: String(place.cover.hide(place.offset)),
    windowsMs: rules.map((rule) => periodMs(rule.window)),
    cap: STRETCH,
    rules: rules.map((rule) => rule.id),
    place,
  }));
}

const runRulesOf = (policy: Policy, stage: Stage): RunRule[] =>
  policy.rules.filter((rule): rule is RunRule => rule.stage === stage && rule.when.kind === 'run');

const countsThis = (rule: CountingRule, attempt: Attempt): boolean =>
  rule.when.kind !== 'quick_answers' ||
  (attempt.elapsedMs !== undefined && attempt.elapsedMs < periodMs(rule.when.within));

/** What the counting rules see, by rule id. */
export interface Readings {
  readonly counts: Readonly<Record<string, number>>;
  readonly runs: Readonly<Record<string, Run>>;
}

/** Reads the answer of a counter store. */
export function readingsOf(policy: Policy, marks: readonly Mark[], counted: readonly Counted[]): Readings {
  const counts: Record<string, number> = {};
  const runs: Record<string, Run> = {};
  const runRules = new Map(policy.rules.map((rule) => [rule.id, rule]));
  marks.forEach((mark, i) => {
    const answer = counted[i];
    mark.rules.forEach((id, j) => {
      const rule = runRules.get(id);
      if (mark.place === undefined || rule?.when.kind !== 'run') {
        counts[id] = answer?.counts[j] ?? 0;
        return;
      }
      const run = runIn(mark.place, answer?.seen ?? [], mark.windowsMs[j] ?? 0, rule.when.maxStride);
      if (run.length > (runs[id]?.length ?? 0)) runs[id] = run;
    });
  });
  return { counts, runs };
}

function runIn(place: Place, seen: Counted['seen'], windowMs: number, maxStride: number): Run {
  const inWindow = seen.filter(([, agoMs]) => agoMs < windowMs);
  const offsets = new Map(inWindow.map(([member, agoMs]) => [place.cover.show(member), agoMs]));
  return longestRun(offsets, place.offset, maxStride);
}

/**
 * The rule of counting, in memory: what every store must agree with, and what replay runs on. A sliding window over the
 * last time each member was seen; beyond the cap a new member is counted but not kept.
 */
export class MemoryMarks {
  private readonly sets = new Map<string, Map<string, number>>();

  count(marks: readonly Mark[], now: Date): Counted[] {
    return marks.map((mark) => {
      const set = this.sets.get(mark.key) ?? new Map<string, number>();
      this.sets.set(mark.key, set);
      const longest = now.getTime() - Math.max(...mark.windowsMs);
      for (const [member, at] of set) if (at <= longest) set.delete(member);
      if (set.has(mark.member) || set.size < mark.cap) set.set(mark.member, now.getTime());
      if (mark.place !== undefined) {
        return { counts: [], seen: [...set].map(([member, at]) => [Number(member), now.getTime() - at] as const) };
      }
      const counts = mark.windowsMs.map((window) => {
        const since = now.getTime() - window;
        const others = [...set].filter(([member, at]) => member !== mark.member && at > since).length;
        return others + 1;
      });
      return { counts, seen: [] };
    });
  }
}
