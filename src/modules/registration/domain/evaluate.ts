import {
  isCounting,
  type NameList,
  OUTCOMES,
  type Outcome,
  type Policy,
  type Rule,
  type RunRule,
  type Stage,
} from './policy.js';
import type { Run } from './runs.js';

/** What is known about one attempt when it is judged. Nothing here names a person: it is stored beside the decision. */
export interface Facts {
  readonly stage: Stage;
  /** By rule id: what the rule counts, this attempt included. Absent where there is nothing to count by (no device). */
  readonly counts: Readonly<Record<string, number>>;
  /** By rule id: the longest run that the number is part of. */
  readonly runs?: Readonly<Record<string, Run>>;
  /** The number without its last four digits; empty where there is none (a third-party account). */
  readonly prefix: string;
  /** ISO 3166 region of the number; absent for numbers of no country. */
  readonly country?: string;
  readonly age: number;
  /** Lists of protected names that the display name poses as. */
  readonly names: readonly NameList[];
  /** Networks (CIDR) of the policy that the address lies in. */
  readonly networks: readonly string[];
  readonly barred: {
    readonly number: boolean;
    readonly device: boolean;
    readonly third_party?: boolean;
    readonly past_number?: boolean;
    readonly subnet_and_name?: boolean;
    /** The bars that were met, for whoever looks: ids, gone with the ban. */
    readonly bars?: readonly string[];
  };
}

/** One rule that spoke, with what it saw: enough for a moderator, or the person, to read why. */
export interface Fired {
  readonly rule: string;
  readonly clause: string;
  readonly outcome: Outcome;
  readonly condition: string;
  readonly observed?: number;
  readonly limit?: number;
  readonly window?: string;
}

export interface Verdict {
  readonly outcome: Outcome;
  readonly fired: readonly Fired[];
}

/**
 * Judges one attempt. Rules are looked at in order; an `allow` that fires ends the looking (an exception stands before
 * what it excepts from); otherwise every rule that fires is told, and the strictest outcome holds.
 */
export function evaluate(policy: Policy, facts: Facts): Verdict {
  const fired: Fired[] = [];
  for (const rule of policy.rules) {
    if (rule.stage !== facts.stage) continue;
    const seen = fires(rule, policy, facts);
    if (seen === undefined) continue;
    fired.push({ rule: rule.id, clause: rule.clause, outcome: rule.outcome, condition: rule.when.kind, ...seen });
    if (rule.outcome === 'allow') break;
  }
  return { outcome: strictest(fired.map((f) => f.outcome)), fired };
}

export const strictest = (outcomes: readonly Outcome[]): Outcome =>
  outcomes.reduce<Outcome>((worst, o) => (OUTCOMES.indexOf(o) > OUTCOMES.indexOf(worst) ? o : worst), 'allow');

type Seen = Pick<Fired, 'observed' | 'limit' | 'window'>;

function fires(rule: Rule, policy: Policy, facts: Facts): Seen | undefined {
  if (isCounting(rule)) {
    const observed = facts.counts[rule.id];
    return observed !== undefined && observed > rule.limit
      ? { observed, limit: rule.limit, window: rule.window }
      : undefined;
  }
  if (rule.when.kind === 'run') return tooLong(rule as RunRule, facts.runs?.[rule.id]);
  return holds(rule, policy, facts) ? {} : undefined;
}

const tooLong = ({ limit, window }: RunRule, run: Run | undefined): Seen | undefined =>
  run !== undefined && run.length > limit ? { observed: run.length, limit, window } : undefined;

function holds(rule: Rule, policy: Policy, facts: Facts): boolean {
  const { when } = rule;
  switch (when.kind) {
    case 'segment':
      return when.in.some((name) => inSegment(facts.prefix, policy.segments[name] ?? []));
    case 'country':
      return facts.prefix !== '' && (facts.country === undefined || !when.notIn.includes(facts.country));
    case 'age':
      return (
        (when.below !== undefined && facts.age < when.below) || (when.above !== undefined && facts.age > when.above)
      );
    case 'display_name':
      return when.resembles.some((list) => facts.names.includes(list));
    case 'barred':
      return facts.barred[when.identifier] === true;
    case 'network':
      return when.in.some((network) => facts.networks.includes(network));
    case 'attempts':
    case 'numbers':
    case 'quick_answers':
    case 'run':
      return false;
  }
}

const inSegment = (prefix: string, segment: readonly string[]): boolean =>
  segment.some((start) => prefix.startsWith(start));

/** All networks that a policy's rules name, for the caller who knows the address. */
export const networksOf = (policy: Policy): string[] => [
  ...new Set(policy.rules.flatMap(({ when }) => (when.kind === 'network' ? when.in : []))),
];
