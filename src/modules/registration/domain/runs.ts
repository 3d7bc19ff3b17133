/**
 * Runs of numbers: n, n+s, n+2s … with one stride. Somebody who bought a strip of SIM cards registers them in any order,
 * so a run is looked for in the set of what was seen, not in the order of its coming (2.3(3)).
 */

/** Numbers are looked at in stretches of this many neighbours; a power of four, for `Cover` halves its bits. */
export const STRETCH = 1024;

/** A stretch of neighbouring numbers, still in clear, and where in it a number stands. */
export interface Position {
  readonly stretch: string;
  readonly offset: number;
}

/**
 * The two stretches a number lies in: they overlap by half, so that every run no longer than half a stretch lies whole
 * in one of them, wherever it begins.
 */
export function positionsOf(e164: string): readonly [Position, Position] {
  // Fifteen digits at most: a number holds them exactly.
  const number = Number(e164.slice(1));
  const at = (name: string, value: number): Position => ({
    stretch: `${name}${Math.floor(value / STRETCH)}`,
    offset: value % STRETCH,
  });
  return [at('a', number), at('b', number + STRETCH / 2)];
}

export interface Run {
  readonly length: number;
  readonly stride: number;
  /** Since the member of the run that was seen longest ago. */
  readonly overMs: number;
}

/** The longest unbroken run through `offset` with a stride of at most `maxStride`; of equally long ones the tightest. */
export function longestRun(seen: ReadonlyMap<number, number>, offset: number, maxStride: number): Run {
  let longest: Run = { length: 1, stride: 0, overMs: 0 };
  for (let stride = 1; stride <= maxStride; stride += 1) {
    let first = offset;
    while (seen.has(first - stride)) first -= stride;
    let last = offset;
    while (seen.has(last + stride)) last += stride;
    const length = (last - first) / stride + 1;
    if (length <= longest.length) continue;
    let overMs = 0;
    for (let member = first; member <= last; member += stride) overMs = Math.max(overMs, seen.get(member) ?? 0);
    longest = { length, stride, overMs };
  }
  return longest;
}

const HALF_BITS = 5;
const HALF = (1 << HALF_BITS) - 1;
const ROUNDS = 4;
/** How much keyed noise a cover needs. */
export const COVER_BYTES = ROUNDS * (HALF + 1);

/**
 * Hides where in its stretch a number stands: a keyed permutation of the stretch (a Feistel network over its two halves).
 * What is kept then tells no neighbours without the key, as the digests beside it tell no numbers.
 */
export class Cover {
  /** @param noise COVER_BYTES keyed bytes, for ever the same for one stretch */
  constructor(private readonly noise: Uint8Array) {
    if (noise.length !== COVER_BYTES) throw new Error(`a cover is made of ${COVER_BYTES} bytes`);
  }

  hide(offset: number): number {
    let [left, right] = [offset >> HALF_BITS, offset & HALF];
    for (let round = 0; round < ROUNDS; round += 1) [left, right] = [right, left ^ this.mix(round, right)];
    return (left << HALF_BITS) | right;
  }

  show(hidden: number): number {
    let [left, right] = [hidden >> HALF_BITS, hidden & HALF];
    for (let round = ROUNDS - 1; round >= 0; round -= 1) [left, right] = [right ^ this.mix(round, left), left];
    return (left << HALF_BITS) | right;
  }

  private mix(round: number, half: number): number {
    return (this.noise[round * (HALF + 1) + half] ?? 0) & HALF;
  }
}
