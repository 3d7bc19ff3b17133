import { atLeastUntil, type Period } from '../../../kernel/period.js';
import {
  type Basis,
  type ExpiryAction,
  findClass,
  type RecordClass,
  type RetentionPolicy,
  type Told,
} from './policy.js';

/** What becomes of one record class when one account ends: a line of the preview, of the plan and of the receipt. */
export interface PlanEntry {
  readonly recordClass: string;
  readonly title: Told;
  readonly action: 'erase' | 'seal' | 'keep';
  /** Rows that stand there now. */
  readonly count: number;
  readonly basis: Basis | null;
  readonly reason: Told | null;
  /** How long it stays, counted as the class says, and what becomes of it then; null for `erase`. */
  readonly period: Period | null;
  readonly atExpiry: ExpiryAction | null;
  /** When what is kept goes; null for `erase`, and for `keep`, where each row has its own time: then the last of them. */
  readonly until: string | null;
  readonly readers: readonly string[];
  /** Ids of the holds that defer it. */
  readonly holds: readonly string[];
}

export interface ClassFacts {
  readonly count: number;
  /** The youngest row's own time, for `keep`. */
  readonly lastSince: Date | null;
  readonly holds: readonly string[];
}

/** @param endsAt when the account is expected to end */
export function planEntry(recordClass: RecordClass, facts: ClassFacts, endsAt: Date): PlanEntry {
  const { keeping } = recordClass;
  return {
    recordClass: recordClass.name,
    title: recordClass.title,
    action: recordClass.ending,
    count: facts.count,
    basis: keeping?.basis ?? null,
    reason: keeping?.reason ?? null,
    period: keeping?.period ?? null,
    atExpiry: keeping?.atExpiry ?? null,
    until: keptUntil(recordClass, facts, endsAt)?.toISOString() ?? null,
    readers: keeping?.readers ?? [],
    holds: facts.holds,
  };
}

function keptUntil({ keeping }: RecordClass, facts: ClassFacts, endsAt: Date): Date | undefined {
  if (keeping === undefined || facts.count === 0) return undefined;
  const from = keeping.trigger === 'account_ended' ? endsAt : (facts.lastSince ?? endsAt);
  return atLeastUntil(from, keeping.period);
}

/** The change that a new policy makes to one class. */
export interface PolicyChange {
  readonly recordClass: string;
  readonly change: 'added' | 'removed' | 'shorter_or_longer' | 'other' | 'none';
  readonly before: string | null;
  readonly after: string | null;
}

export function comparePolicies(before: RetentionPolicy, after: RetentionPolicy): PolicyChange[] {
  const names = [...new Set([...before.classes, ...after.classes].map((c) => c.name))];
  return names.map((name) => {
    const [old, now] = [findClass(before, name), findClass(after, name)];
    return { recordClass: name, change: changeOf(old, now), before: ruleOf(old), after: ruleOf(now) };
  });
}

function changeOf(before: RecordClass | undefined, after: RecordClass | undefined): PolicyChange['change'] {
  if (before === undefined) return 'added';
  if (after === undefined) return 'removed';
  if (before.keeping?.period !== after.keeping?.period || before.liveFor !== after.liveFor) return 'shorter_or_longer';
  return JSON.stringify(before) === JSON.stringify(after) ? 'none' : 'other';
}

const ruleOf = (c: RecordClass | undefined): string | null =>
  c === undefined
    ? null
    : [c.ending, c.keeping && `${c.keeping.trigger} + ${c.keeping.period}`, c.liveFor && `live ${c.liveFor}`]
        .filter(Boolean)
        .join(', ');
