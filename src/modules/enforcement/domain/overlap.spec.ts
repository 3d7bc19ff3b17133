import fc from 'fast-check';
import { computeStanding } from '../../accounts/domain/compute-standing.js';
import { type StandingEntry, type StandingFacts } from '../../accounts/domain/standing.js';
import { restraintAt, type TimedMeasure } from './overlap.js';

const T0 = 1_767_225_600_000;
const at = (n: number): Date => new Date(T0 + n * 1000);
const measure: fc.Arbitrary<TimedMeasure> = fc
  .record({
    from: fc.integer({ min: 0, max: 50 }),
    length: fc.option(fc.integer({ min: 1, max: 50 })),
    features: fc.subarray(['chat', 'share', 'api']),
  })
  .map(({ from, length, features }) => ({
    from: at(from),
    until: length === null ? null : at(from + length),
    features,
  }));

describe('measures that overlap', () => {
  it('does not depend on their order', () =>
    fc.assert(
      fc.property(fc.array(measure, { maxLength: 8 }), fc.integer({ min: 0, max: 110 }), (measures, t) => {
        expect(restraintAt([...measures].reverse(), at(t))).toEqual(restraintAt(measures, at(t)));
      }),
    ));

  it('never frees anybody by adding one more', () =>
    fc.assert(
      fc.property(
        fc.array(measure, { maxLength: 6 }),
        measure,
        fc.integer({ min: 0, max: 110 }),
        (measures, more, t) => {
          const before = restraintAt(measures, at(t));
          const after = restraintAt([...measures, more], at(t));
          if (before.suspended) {
            expect(after.suspended).toBe(true);
            const ends = (d: Date | null): number => d?.getTime() ?? Infinity;
            expect(ends(after.suspendedUntil)).toBeGreaterThanOrEqual(ends(before.suspendedUntil));
          }
          for (const feature of before.features.keys()) expect(after.features.has(feature)).toBe(true);
        },
      ),
    ));

  it('says what standing says at every instant', () =>
    fc.assert(
      fc.property(fc.array(measure, { maxLength: 6 }), fc.integer({ min: 0, max: 110 }), (measures, t) => {
        const entries = measures.flatMap((m, i) => entriesOf(m, i));
        const facts: StandingFacts = {
          accountId: 'a',
          state: 'active',
          stateChangedAt: at(0),
          improvementObjection: false,
          storedVersion: 1,
          changedAt: at(-1),
          entries,
        };
        const policy = { ages: { contractCapacity: 8, dataConsent: 14, majority: 18 }, minorLimits: {} };
        const standing = computeStanding(facts, policy, at(t));
        const restraint = restraintAt(measures, at(t));
        expect(standing.mayUse).toBe(!restraint.suspended);
        expect(standing.restrictedFeatures.map((f) => [f.feature, f.until])).toEqual(
          [...restraint.features]
            .map(([f, until]) => [f, until?.toISOString() ?? null])
            .sort((a, b) => (a[0]! < b[0]! ? -1 : 1)),
        );
      }),
    ));
});

function entriesOf(m: TimedMeasure, index: number): StandingEntry[] {
  const base = {
    code: `s${index}`,
    clause: '7.1',
    since: m.from,
    until: m.until,
    dueAt: null,
    blocksWhenDue: false,
    sanctionId: null,
    documentId: null,
    documentVersion: null,
    details: null,
  };
  if (m.features.length === 0) return [{ ...base, kind: 'block', feature: '' }];
  return m.features.map((feature) => ({ ...base, kind: 'restriction' as const, feature }));
}
