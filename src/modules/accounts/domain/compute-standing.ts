import { canonicalJson } from '../../../kernel/canonical-json.js';
import { bandChanges } from './age.js';
import { contentAt } from './standing-content.js';
import type { Standing, StandingFacts, StandingPolicy } from './standing.js';

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

/** Facts are never changed, and asked for more than once in a change of standing. */
const knownChanges = new WeakMap<
  StandingFacts,
  { readonly policy: StandingPolicy; readonly changes: readonly Date[] }
>();

/** The instants, in order, at which the answer differs from the one a millisecond earlier, if nobody writes. */
function changesMadeByTime(facts: StandingFacts, policy: StandingPolicy): readonly Date[] {
  const known = knownChanges.get(facts);
  if (known?.policy === policy) return known.changes;
  const changes = findChanges(facts, policy);
  knownChanges.set(facts, { policy, changes });
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
