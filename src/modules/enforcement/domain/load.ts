/** How much the people who decided carried, without saying who. */
export interface Load {
  readonly moderators: number;
  readonly median: number | null;
  readonly most: number | null;
  readonly least: number | null;
  /** The busiest first. */
  readonly perPerson: readonly number[];
}

/**
 * Among two, each would read the other's number off their own: below `smallestTeam` people only how many they were is told.
 */
export function loadOf(perPerson: readonly number[], smallestTeam: number): Load {
  const moderators = perPerson.length;
  if (moderators < Math.max(1, smallestTeam)) {
    return { moderators, median: null, most: null, least: null, perPerson: [] };
  }
  const sorted = [...perPerson].sort((a, b) => b - a);
  const at = (i: number): number => sorted[i] ?? 0;
  const median = (at(Math.floor((moderators - 1) / 2)) + at(Math.floor(moderators / 2))) / 2;
  return { moderators, median, most: at(0), least: at(moderators - 1), perPerson: sorted };
}
