import {
  atLeastUntil,
  endOfLegalDay,
  legalDay,
  type Period,
  startOfLegalDay,
  subtractPeriod,
} from '../../../kernel/period.js';

/**
 * The instant before which a trigger must lie so that its "at least `period`" is over at `now`:
 * `trigger < dueBefore(now, period)` exactly when `atLeastUntil(trigger, period) <= now`.
 * One bound instead of a computation per row, so that the due rows are a range of an index.
 */
export function dueBefore(now: Date, period: Period): Date {
  const guess = subtractPeriod(now, period);
  // Below a day the period is exact and its end inclusive.
  if (isExact(period)) return new Date(guess.getTime() + 1);
  let day = legalDay(guess);
  const over = (d: string): boolean => atLeastUntil(startOfLegalDay(d), period) <= now;
  while (!over(day)) day = previous(day);
  while (over(next(day))) day = next(day);
  return endOfLegalDay(day);
}

/** No years, months, weeks or days in it. */
const isExact = (period: Period): boolean => !/^P[^T]*[1-9]/.test(period);

const next = (day: string): string => legalDay(endOfLegalDay(day));
const previous = (day: string): string => legalDay(new Date(startOfLegalDay(day).getTime() - 1));
