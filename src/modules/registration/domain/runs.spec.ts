import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { Cover, COVER_BYTES, longestRun, positionsOf, STRETCH } from './runs.js';

const seenOf = (offsets: Iterable<number>): Map<number, number> => new Map([...offsets].map((o) => [o, 0]));

/** By the book: every first member, stride and length is tried. */
function byTheBook(offsets: ReadonlySet<number>, offset: number, maxStride: number): number {
  let longest = 1;
  for (let stride = 1; stride <= maxStride; stride += 1) {
    for (const first of offsets) {
      const members: number[] = [];
      for (let at = first; offsets.has(at); at += stride) members.push(at);
      if (members.includes(offset)) longest = Math.max(longest, members.length);
    }
  }
  return longest;
}

const offsets = fc.uniqueArray(fc.integer({ min: 0, max: 80 }), { minLength: 1, maxLength: 40 });

it('finds what trying everything finds', () => {
  fc.assert(
    fc.property(offsets, fc.nat(), fc.integer({ min: 1, max: 20 }), (all, pick, maxStride) => {
      const offset = all[pick % all.length] ?? 0;
      expect(longestRun(seenOf(all), offset, maxStride).length).toBe(byTheBook(new Set(all), offset, maxStride));
    }),
  );
});

it('finds a planted run whole, in whatever order it came and whatever came between', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 400 }),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 2, max: 12 }),
      fc.array(fc.integer({ min: 0, max: STRETCH - 1 }), { maxLength: 60 }),
      (first, stride, length, noise) => {
        const run = Array.from({ length }, (_, i) => first + i * stride);
        const seen = seenOf([...noise, ...run.toReversed()]);
        for (const offset of run) expect(longestRun(seen, offset, 50).length).toBeGreaterThanOrEqual(length);
      },
    ),
  );
});

it('a run stops at a gap and at a stride that is too wide', () => {
  expect(longestRun(seenOf([1, 2, 3, 5, 6]), 2, 10)).toMatchObject({ length: 3, stride: 1 });
  expect(longestRun(seenOf([0, 11, 22, 33]), 0, 10)).toEqual({ length: 1, stride: 0, overMs: 0 });
  expect(longestRun(seenOf([0, 11, 22, 33]), 33, 11)).toMatchObject({ length: 4, stride: 11 });
});

it('tells how long ago its oldest member was seen', () => {
  const seen = new Map([
    [4, 0],
    [5, 90_000],
    [6, 10],
    [9, 500_000],
  ]);
  expect(longestRun(seen, 4, 1)).toEqual({ length: 3, stride: 1, overMs: 90_000 });
});

it('a run of half a stretch lies whole in one of the two stretches, wherever it begins', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 13_000_000_000, max: 19_999_999_000 }),
      fc.integer({ min: 1, max: 50 }),
      (first, stride) => {
        const members = Array.from({ length: Math.floor(STRETCH / 2 / stride) }, (_, i) => `+86${first + i * stride}`);
        const whole = [0, 1].some((side) => new Set(members.map((m) => positionsOf(m)[side]?.stretch)).size === 1);
        expect(whole).toBe(true);
      },
    ),
  );
});

it('a cover is a permutation that opens again, and says nothing of neighbours', () => {
  const noise = createHash('shake256', { outputLength: COVER_BYTES }).update('a key').digest();
  const cover = new Cover(noise);
  const hidden = Array.from({ length: STRETCH }, (_, offset) => cover.hide(offset));
  expect(new Set(hidden).size).toBe(STRETCH);
  expect(hidden.map((h) => cover.show(h))).toEqual(Array.from({ length: STRETCH }, (_, offset) => offset));
  // Of 1023 pairs of neighbours some two stay neighbours by chance.
  const stillNeighbours = hidden.filter((h, i) => i > 0 && Math.abs(h - (hidden[i - 1] ?? 0)) === 1).length;
  expect(stillNeighbours).toBeLessThan(20);
});
