import { Lifecycle } from '../../../kernel/lifecycle.js';

export type RetainedRecordState = 'sealed' | 'held' | 'expired' | 'destroyed';
export type RetainedRecordCommand = 'hold' | 'release' | 'expire' | 'destroy';

/** Computed from times and holds, never stored: workers that slept change nobody's rights. */
export const RETAINED_RECORD_LIFECYCLE = new Lifecycle<RetainedRecordState, RetainedRecordCommand>(
  'retained record',
  'sealed',
  ['destroyed'],
  {
    sealed: { hold: 'held', expire: 'expired' },
    held: { release: 'sealed' },
    expired: { hold: 'held', destroy: 'destroyed' },
    destroyed: {},
  },
);

/** @param holds how many holds in force cover the record */
export function retainedState(expiresAt: Date, holds: number, now: Date): Exclude<RetainedRecordState, 'destroyed'> {
  if (holds > 0) return 'held';
  return expiresAt <= now ? 'expired' : 'sealed';
}

export type ReadRefusal = 'role' | 'expired';

/**
 * May this role open the record now? A hold stops deletion and opens nothing: past its period, what is still there only
 * because it is held is readable by legal alone, for whom it is held.
 */
export function readRefusal(
  record: { readonly readers: readonly string[]; readonly expiresAt: Date; readonly holds: number },
  roles: readonly string[],
  now: Date,
): ReadRefusal | undefined {
  const over = record.expiresAt <= now;
  if (over && record.holds === 0) return 'expired';
  if (over) return roles.includes('legal') ? undefined : 'expired';
  return record.readers.some((role) => roles.includes(role)) ? undefined : 'role';
}
