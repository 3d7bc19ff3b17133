import { type Period, periodMs } from '../../kernel/period.js';

/** Doubles from `base` up to `cap`; `spread` in [0, 1) takes away up to a quarter, so that retries do not march in step. */
export function backoffMs(attempt: number, base: Period, cap: Period, spread = Math.random()): number {
  const full = Math.min(periodMs(base) * 2 ** Math.min(Math.max(attempt, 1) - 1, 40), periodMs(cap));
  return Math.round(full * (1 - spread / 4));
}
