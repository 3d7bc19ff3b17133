import { subtractPeriod, type Period } from '../../../kernel/period.js';
import { dueBefore } from './expiry.js';
import type { RecordClass, TablePlace } from './policy.js';

/** Where a retention run finds what is due of one class. */
export type DueSource =
  | { readonly kind: 'retained'; readonly expiredBy: Date }
  | { readonly kind: 'live'; readonly place: TablePlace; readonly before: Date };

/** @param grace between the expiry of a retained record (unreadable at once) and the destruction of its key */
export function dueSources(recordClass: RecordClass, now: Date, grace: Period): DueSource[] {
  // Of a class that is kept in place there can be sealed extracts too, and they expire like any other.
  const retained: DueSource[] =
    recordClass.keeping === undefined ? [] : [{ kind: 'retained', expiredBy: subtractPeriod(now, grace) }];
  const period = livePeriod(recordClass);
  if (period === undefined) return retained;
  const before = dueBefore(now, period);
  return [...retained, ...recordClass.tables.map((place): DueSource => ({ kind: 'live', place, before }))];
}

/** Rows kept in place go by the period of their basis; others by the age that the class allows to live rows. */
function livePeriod({ ending, keeping, liveFor }: RecordClass): Period | undefined {
  return ending === 'keep' ? keeping?.period : liveFor;
}
