/** One count to add to. `key` is a digest already: nothing readable reaches a store. */
export interface Count {
  readonly key: string;
  readonly cost: number;
  readonly windowMs: number;
}

export interface Counted {
  /** Everything counted in the window, this call included. */
  readonly points: number;
  readonly windowEndsAt: Date;
}

/**
 * Counters with a window that begins at the first count and ends on its own. `add` is one atomic step per key: of any
 * number of parallel calls each sees another total, so that a limit lets through exactly what it says (attack row 12).
 */
export abstract class LimitStore {
  /** @returns one answer per count, in their order; the keys of one call differ */
  abstract add(counts: readonly Count[], now: Date): Promise<Counted[]>;

  /** Takes back what a call of `add` counted, if its window is still the same one. */
  abstract takeBack(counts: readonly (Count & { windowEndsAt: Date })[]): Promise<void>;

  abstract reset(keys: readonly string[]): Promise<void>;
}
