import { canonicalJson } from '../../../kernel/canonical-json.js';
import { legalDay } from '../../../kernel/period.js';
import type { AccountState } from './account-lifecycle.js';
import { type AgeBand, bandChanges, bandOn, type BandAges, isMinorBand } from './age.js';

/** One thing that stands against an account, or waits for it. Written by the module that decided it. */
export interface StandingEntry {
  readonly kind: 'block' | 'restriction' | 'pending' | 'limits';
  readonly code: string;
  readonly clause: string;
  /** The restricted feature; empty for the other kinds. */
  readonly feature: string;
  readonly since: Date;
  readonly until: Date | null;
  readonly dueAt: Date | null;
  /** A pending duty that stops use once it is overdue (preamble, 9.1). */
  readonly blocksWhenDue: boolean;
  readonly sanctionId: string | null;
  readonly documentId: string | null;
  readonly documentVersion: string | null;
  readonly details: MinorLimits | null;
}

/** What policy or a guardian sets for a minor (2.1). */
export interface MinorLimits {
  readonly mode?: string;
  readonly minutesPerDay?: number;
  readonly quietHours?: { readonly from: string; readonly to: string };
}

/** Everything that standing depends on. Its answer at any instant follows from this and the instant alone. */
export interface StandingFacts {
  readonly accountId: string;
  readonly state: AccountState;
  readonly stateChangedAt: Date;
  readonly improvementObjection: boolean;
  /** Absent for adults, whose age can no longer change anything. */
  readonly birthDate?: string;
  readonly storedVersion: number;
  /** When `storedVersion` was written. */
  readonly changedAt: Date;
  readonly entries: readonly StandingEntry[];
}

export interface StandingPolicy {
  readonly ages: BandAges;
  /** Limits of a minor where no guardian set any. */
  readonly minorLimits: MinorLimits;
}

export interface Block {
  readonly code: string;
  readonly clause: string;
  readonly since: string;
  readonly until: string | null;
  readonly sanctionId?: string;
}

export interface RestrictedFeature {
  readonly feature: string;
  readonly clause: string;
  readonly until: string | null;
}

export interface Pending {
  readonly code: string;
  readonly dueAt: string | null;
  readonly documentId?: string;
  readonly version?: string;
  readonly sanctionId?: string;
}

export interface Minor extends MinorLimits {
  readonly band: AgeBand;
  readonly mode: string;
}

export const STANDING_STATUSES = [
  'active',
  'awaiting_guardian',
  'frozen',
  'suspended',
  'closed',
  'deregistering',
  'deregistered',
] as const;
export type StandingStatus = (typeof STANDING_STATUSES)[number];

/** What an account may do, as far as it follows from an instant: all but version and time of asking. */
export interface StandingContent {
  readonly status: StandingStatus;
  readonly mayUse: boolean;
  readonly blocks: readonly Block[];
  readonly restrictedFeatures: readonly RestrictedFeature[];
  readonly pending: readonly Pending[];
  readonly minor: Minor | null;
  readonly dataUse: { readonly improvementObjection: boolean };
}

export interface Standing extends StandingContent {
  readonly accountId: string;
  readonly version: number;
  readonly asOf: string;
  readonly nextChangeAt: string | null;
}

/** Blocks that follow from the state itself, where no sanction says it in more detail. */
const STATE_BLOCKS: Readonly<Partial<Record<AccountState, { code: string; clause: string }>>> = {
  awaiting_guardian: { code: 'guardian_consent_required', clause: '2.1' },
  frozen: { code: 'owner_freeze', clause: '2.4' },
  closed: { code: 'closure', clause: '7.1' },
  deregistering: { code: 'deregistration', clause: '2.5' },
  deregistered: { code: 'deregistered', clause: '2.5' },
};

/**
 * The answer at `now`. Computed from times, so that a suspension ends on its second with every worker down (invariant 8);
 * jobs only tell people. `version` counts changes, those made by time included: equal version, equal answer.
 */
export function computeStanding(facts: StandingFacts, policy: StandingPolicy, now: Date): Standing {
  const changes = changesMadeByTime(facts, policy);
  const passed = changes.filter((at) => at > facts.changedAt && at <= now).length;
  const next = changes.find((at) => at > now);
  return {
    accountId: facts.accountId,
    version: facts.storedVersion + passed,
    asOf: now.toISOString(),
    ...contentAt(facts, policy, now),
    nextChangeAt: next?.toISOString() ?? null,
  };
}

/** When an entry's time, not a write, changes the answer next: the due time of the sweep. Birthdays have a sweep of their own. */
export function nextEntryChange(facts: StandingFacts, policy: StandingPolicy, now: Date): Date | null {
  if (facts.birthDate === undefined) return changesMadeByTime(facts, policy).find((at) => at > now) ?? null;
  const { birthDate: _, ...withoutAge } = facts;
  return changesMadeByTime(withoutAge, policy).find((at) => at > now) ?? null;
}

function contentAt(facts: StandingFacts, policy: StandingPolicy, now: Date): StandingContent {
  const live = facts.entries.filter((e) => e.since <= now && (e.until === null || e.until > now));
  const minor = minorAt(facts, policy, live, now);
  const blocks = blocksAt(facts, live, now);
  const status = statusOf(facts.state, blocks);
  return {
    status,
    mayUse: facts.state === 'active' && blocks.length === 0,
    blocks,
    restrictedFeatures: unitedRestrictions(live),
    pending: pendingOf(live),
    minor,
    dataUse: { improvementObjection: facts.improvementObjection },
  };
}

function blocksAt(facts: StandingFacts, live: readonly StandingEntry[], now: Date): Block[] {
  const imposed = live.filter((e) => e.kind === 'block').map(blockOf);
  const overdue = live
    .filter((e) => e.kind === 'pending' && e.blocksWhenDue && e.dueAt !== null && e.dueAt <= now)
    .map((e) => blockOf({ ...e, since: e.dueAt ?? e.since, until: null }));
  const derived = STATE_BLOCKS[facts.state];
  const own =
    derived === undefined || imposed.some((b) => b.code === derived.code)
      ? []
      : [{ ...derived, since: facts.stateChangedAt.toISOString(), until: null }];
  return sortedUnique([...own, ...imposed, ...overdue]);
}

const blockOf = (e: StandingEntry): Block => ({
  code: e.code,
  clause: e.clause,
  since: e.since.toISOString(),
  until: e.until?.toISOString() ?? null,
  ...(e.sanctionId === null ? {} : { sanctionId: e.sanctionId }),
});

/**
 * One word for people. Leaving outranks closure, closure a freeze, a freeze a suspension: what ends last is said first.
 * `suspended` is said of a sanction and of nothing else (7.1): somebody who has yet to answer a new agreement, or to put
 * information right, was not punished. Their account is active, `mayUse` is false, and the block says what is missing
 * (docs/decisions/0016).
 */
function statusOf(state: AccountState, blocks: readonly Block[]): StandingStatus {
  if (state !== 'active') return state;
  if (blocks.some((b) => b.code === 'suspension')) return 'suspended';
  // Consent that was revoked is consent that is missing.
  return blocks.some((b) => b.code.startsWith('guardian_consent')) ? 'awaiting_guardian' : 'active';
}

/** Restrictions of several sanctions unite; on one feature the one that lasts longest is told. */
function unitedRestrictions(live: readonly StandingEntry[]): RestrictedFeature[] {
  const longest = new Map<string, StandingEntry>();
  for (const entry of live.filter((e) => e.kind === 'restriction')) {
    const known = longest.get(entry.feature);
    if (known === undefined || endsAfter(entry, known)) longest.set(entry.feature, entry);
  }
  return [...longest.values()]
    .map((e) => ({ feature: e.feature, clause: e.clause, until: e.until?.toISOString() ?? null }))
    .sort((a, b) => compareText(a.feature, b.feature));
}

const endsAfter = (a: StandingEntry, b: StandingEntry): boolean => {
  const left = a.until?.getTime() ?? Infinity;
  const right = b.until?.getTime() ?? Infinity;
  return left > right || (left === right && a.clause < b.clause);
};

const pendingOf = (live: readonly StandingEntry[]): Pending[] =>
  sortedUnique(
    live
      .filter((e) => e.kind === 'pending')
      .map((e) => ({
        code: e.code,
        dueAt: e.dueAt?.toISOString() ?? null,
        ...(e.documentId === null ? {} : { documentId: e.documentId }),
        ...(e.documentVersion === null ? {} : { version: e.documentVersion }),
        ...(e.sanctionId === null ? {} : { sanctionId: e.sanctionId }),
      })),
  );

function minorAt(
  facts: StandingFacts,
  policy: StandingPolicy,
  live: readonly StandingEntry[],
  now: Date,
): Minor | null {
  if (facts.birthDate === undefined) return null;
  const band = bandOn(facts.birthDate, legalDay(now), policy.ages);
  if (!isMinorBand(band)) return null;
  const set = live.filter((e) => e.kind === 'limits').sort((a, b) => a.since.getTime() - b.since.getTime());
  const limits = set.reduce<MinorLimits>((all, e) => ({ ...all, ...e.details }), policy.minorLimits);
  return { ...limits, band, mode: limits.mode ?? 'minor' };
}

/** Facts are never changed, and asked for more than once in a change of standing. */
const found = new WeakMap<StandingFacts, { readonly policy: StandingPolicy; readonly changes: readonly Date[] }>();

/** The instants, in order, at which the answer differs from the one a millisecond earlier, if nobody writes. */
function changesMadeByTime(facts: StandingFacts, policy: StandingPolicy): readonly Date[] {
  const known = found.get(facts);
  if (known?.policy === policy) return known.changes;
  const changes = findChanges(facts, policy);
  found.set(facts, { policy, changes });
  return changes;
}

function findChanges(facts: StandingFacts, policy: StandingPolicy): Date[] {
  const moments = new Set<number>();
  for (const e of facts.entries) {
    moments.add(e.since.getTime());
    if (e.until !== null) moments.add(e.until.getTime());
    if (e.blocksWhenDue && e.dueAt !== null) moments.add(e.dueAt.getTime());
  }
  if (facts.birthDate !== undefined) {
    for (const at of bandChanges(facts.birthDate, policy.ages)) moments.add(at.getTime());
  }
  if (moments.size === 0) return [];
  const says = (ms: number): string => canonicalJson(contentAt(facts, policy, new Date(ms)));
  return [...moments]
    .sort((a, b) => a - b)
    .filter((at) => says(at - 1) !== says(at))
    .map((at) => new Date(at));
}

function sortedUnique<T extends { readonly code: string }>(items: readonly T[]): T[] {
  if (items.length < 2) return [...items];
  const byText = new Map(items.map((item) => [canonicalJson(item), item]));
  return [...byText].sort(([a, x], [b, y]) => compareText(x.code, y.code) || compareText(a, b)).map(([, item]) => item);
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
