import { atLeastUntil, type Period, subtractPeriod } from '../../../kernel/period.js';

/** Wider than what month ends, whole days and zones can shift a bound. */
const SLACK_MS = 5 * 86_400_000;

/**
 * The instant before which a trigger must lie so that its "at least `period`" is over at `now`:
 * `trigger < dueBefore(now, period)` exactly when `atLeastUntil(trigger, period) <= now`.
 * One bound instead of a computation per row, so that the due rows are a range of an index. Found by bisection, since
 * `atLeastUntil` only ever grows with its trigger, and inverting months by rule would be a second set of calendar rules.
 */
export function dueBefore(now: Date, period: Period): Date {
  const guess = subtractPeriod(now, period).getTime();
  let over = guess - SLACK_MS;
  let kept = guess + SLACK_MS;
  while (kept - over > 1) {
    const middle = Math.floor((over + kept) / 2);
    if (atLeastUntil(new Date(middle), period) <= now) over = middle;
    else kept = middle;
  }
  return new Date(kept);
}
