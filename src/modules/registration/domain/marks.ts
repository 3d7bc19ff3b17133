import { periodMs } from '../../../kernel/period.js';
import { type CountingRule, isCounting, type Policy, type Scope, type Stage } from './policy.js';

/** Keyed digests by which attempts are counted together; a scope is absent where the attempt has none (no device). */
export type ScopeKeys = Readonly<Partial<Record<Scope, string>>>;

/** One set in which this attempt is to be marked, and the windows over which the set is read. */
export interface Mark {
  /** Kind, scope and the scope's digest. */
  readonly key: string;
  /** What is counted once however often it comes: the attempt, or the number's digest. */
  readonly member: string;
  readonly windowsMs: readonly number[];
  /** Beyond this many the set need not grow: every rule that reads it has spoken. Keeps a flood's cost flat. */
  readonly cap: number;
  /** Rules that read it, one a window, in the order of `windowsMs`. */
  readonly rules: readonly string[];
}

export interface Attempt {
  readonly stage: Stage;
  readonly id: string;
  readonly keys: ScopeKeys;
  /** From start to the answered code; known at stage `proof`. */
  readonly elapsedMs?: number;
}

/** The sets that the policy's counting rules need for this attempt; rules that count the same thing share one. */
export function marksOf(policy: Policy, attempt: Attempt): Mark[] {
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

const countsThis = (rule: CountingRule, attempt: Attempt): boolean =>
  rule.when.kind !== 'quick_answers' ||
  (attempt.elapsedMs !== undefined && attempt.elapsedMs < periodMs(rule.when.within));

/** Counts by rule id out of the answer of a counter store. */
export function countsByRule(marks: readonly Mark[], counted: readonly (readonly number[])[]): Record<string, number> {
  const counts: Record<string, number> = {};
  marks.forEach((mark, i) => mark.rules.forEach((rule, j) => (counts[rule] = counted[i]?.[j] ?? 0)));
  return counts;
}

/**
 * The rule of counting, in memory: what every store must agree with, and what replay runs on. A sliding window over the
 * last time each member was seen; beyond the cap a new member is counted but not kept.
 */
export class MemoryMarks {
  private readonly sets = new Map<string, Map<string, number>>();

  count(marks: readonly Mark[], now: Date): number[][] {
    return marks.map((mark) => {
      const set = this.sets.get(mark.key) ?? new Map<string, number>();
      this.sets.set(mark.key, set);
      const longest = now.getTime() - Math.max(...mark.windowsMs);
      for (const [member, at] of set) if (at <= longest) set.delete(member);
      if (set.has(mark.member) || set.size < mark.cap) set.set(mark.member, now.getTime());
      return mark.windowsMs.map((window) => {
        const since = now.getTime() - window;
        const others = [...set].filter(([member, at]) => member !== mark.member && at > since).length;
        return others + 1;
      });
    });
  }
}
