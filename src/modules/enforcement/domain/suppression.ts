/** A count that could point at a person is not published; null stands in its place. */
export interface Cell {
  readonly key: string;
  readonly count: number | null;
}

/**
 * Counts from 1 to `least - 1` go. Where only one of a group went, the next smallest goes with it: a total minus the rest
 * would tell it otherwise.
 */
export function suppressSmall(
  cells: readonly { readonly key: string; readonly count: number }[],
  least: number,
): Cell[] {
  const small = (count: number): boolean => count > 0 && count < least;
  const hidden = new Set(cells.filter((c) => small(c.count)).map((c) => c.key));
  if (hidden.size === 1) {
    const rest = cells.filter((c) => !hidden.has(c.key) && c.count > 0).sort((a, b) => a.count - b.count);
    if (rest[0] !== undefined) hidden.add(rest[0].key);
  }
  return cells.map((c) => ({ key: c.key, count: hidden.has(c.key) ? null : c.count }));
}

/** A share of enough cases to mean something, in whole per cent; null otherwise. */
export function rateOf(part: number, whole: number, least = 1): number | null {
  return whole < Math.max(1, least) ? null : Math.round((100 * part) / whole);
}
