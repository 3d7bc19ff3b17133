/** The first days (`YYYY-MM-01`, UTC) of the month of `now` and of those after it, `count` in all. */
export function monthsFrom(now: Date, count: number): string[] {
  return Array.from({ length: count }, (_, n) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + n, 1)).toISOString().slice(0, 10),
  );
}
