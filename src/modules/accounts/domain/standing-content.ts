import { canonicalJson } from '../../../kernel/canonical-json.js';
import { legalDay } from '../../../kernel/period.js';
import type { AccountState } from './account-lifecycle.js';
import { bandOn, isMinorBand } from './age.js';
import type {
  Block,
  Minor,
  MinorLimits,
  Pending,
  RestrictedFeature,
  StandingContent,
  StandingEntry,
  StandingFacts,
  StandingPolicy,
  StandingStatus,
} from './standing.js';

/** Blocks that follow from the state itself, where no sanction says it in more detail. */
const STATE_BLOCKS: Readonly<Partial<Record<AccountState, { code: string; clause: string }>>> = {
  awaiting_guardian: { code: 'guardian_consent_required', clause: '2.1' },
  frozen: { code: 'owner_freeze', clause: '2.4' },
  closed: { code: 'closure', clause: '7.1' },
  deregistering: { code: 'deregistration', clause: '2.5' },
  deregistered: { code: 'deregistered', clause: '2.5' },
};

/** What an account may do at `now`: blocks, restrictions, what waits, and the limits of a minor. */
export function contentAt(facts: StandingFacts, policy: StandingPolicy, now: Date): StandingContent {
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

function sortedUnique<T extends { readonly code: string }>(items: readonly T[]): T[] {
  if (items.length < 2) return [...items];
  const byText = new Map(items.map((item) => [canonicalJson(item), item]));
  return [...byText].sort(([a, x], [b, y]) => compareText(x.code, y.code) || compareText(a, b)).map(([, item]) => item);
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
