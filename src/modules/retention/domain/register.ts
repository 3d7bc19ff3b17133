import { atLeastUntil, type Period } from '../../../kernel/period.js';
import type { Basis, Reference, Told } from './policy.js';
import { retainedState } from './retained-record-lifecycle.js';

/** `in_place` and `sealed` are within their period; `expired` is past it and goes with the next run. */
export const REGISTER_STATES = ['sealed', 'in_place', 'held', 'expired', 'destroyed'] as const;
export type RegisterState = (typeof REGISTER_STATES)[number];

export const REGISTER_PLACES = ['sealed', 'in_place'] as const;
export type RegisterPlace = (typeof REGISTER_PLACES)[number];

/** One line of the answer to "what do you still have of this person, why, and until when". */
export interface RegisterEntry {
  /** Of a sealed record; null for rows that stay where they are. */
  readonly recordId: string | null;
  readonly recordClass: string;
  /** null where the policy that names the class is not known here. */
  readonly title: Told | null;
  readonly place: RegisterPlace;
  readonly state: RegisterState;
  /** null for what only a legal hold keeps. */
  readonly basis: Basis | null;
  readonly reason: Told | null;
  readonly trigger: string | null;
  readonly from: Date;
  /** null while a hold keeps what would have gone at once. */
  readonly until: Date | null;
  readonly atExpiry: string | null;
  readonly readers: readonly string[];
  readonly holds: readonly string[];
  /** How many rows; null where nobody knows any more. */
  readonly itemCount: number | null;
  readonly policySha256: string;
  /** The receipt names it. */
  readonly inReceipt: boolean;
  readonly destroyed: Destroyed | null;
}

export interface Destroyed {
  /** null where rows went with their own time and left no trace of the moment. */
  readonly at: Date | null;
  /** The retention run that did it. */
  readonly runId: string | null;
}

/** What a receipt told the person would stay. */
export interface PromisedRecord {
  readonly recordClass: string;
  readonly basis: readonly Reference[];
  readonly from: Date;
  /** null: until the hold of that time is lifted. */
  readonly until: Date | null;
  readonly readers: readonly string[];
  readonly policySha256: string;
  /** Nothing but a legal hold kept it: rows that the erasure could not take. */
  readonly byHold: boolean;
}

export function stateOf(
  { place, until, holds }: Pick<RegisterEntry, 'place' | 'until' | 'holds'>,
  now: Date,
): RegisterState {
  // Without an end it was kept by a hold alone: that hold gone, it goes.
  const state = retainedState(until ?? now, holds.length, now);
  return state === 'sealed' ? place : state;
}

/**
 * Lays what the receipts promised beside what is there. A sealed record is known by class and beginning; what stays in place
 * by class alone, since its rows move on while cases do.
 * @returns what is there, marked where a receipt names it, and the promises of which nothing is left
 */
export function reconcile(
  present: readonly RegisterEntry[],
  promised: readonly PromisedRecord[],
): { entries: RegisterEntry[]; gone: PromisedRecord[] } {
  const named = new Set<RegisterEntry>();
  const take = (fits: (e: RegisterEntry) => boolean): boolean => {
    const found = present.find((e) => !named.has(e) && fits(e));
    if (found !== undefined) named.add(found);
    return found !== undefined;
  };
  const gone = promised.filter((p) => {
    const isOfClass = (e: RegisterEntry): boolean => e.recordClass === p.recordClass;
    const isSealedThen = (e: RegisterEntry): boolean => e.place === 'sealed' && e.from.getTime() === p.from.getTime();
    if (!p.byHold && take((e) => isOfClass(e) && isSealedThen(e))) return false;
    return !take((e) => isOfClass(e) && e.place === 'in_place' && (e.basis === null) === p.byHold);
  });
  return { entries: present.map((e) => (named.has(e) ? { ...e, inReceipt: true } : e)), gone };
}

/** When a sealed record that a receipt promised was to go, also where a hold left the receipt without an end. */
export const promisedEnd = ({ from, until }: PromisedRecord, period: Period | undefined): Date | null =>
  until ?? (period === undefined ? null : atLeastUntil(from, period));
