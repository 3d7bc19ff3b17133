import fc from 'fast-check';
import type { Clause, Ladder, Severity } from './taxonomy.js';
import { liveStrikes, strikeEnd, suggest } from './ladder.js';

const DAY = 86_400_000;
const T0 = new Date('2026-01-01T00:00:00Z');
const day = (n: number): Date => new Date(T0.getTime() + n * DAY);

describe('strikes', () => {
  it('count for their life and no longer', () => {
    const strikes = [{ value: 2, at: T0 }];
    expect(liveStrikes(strikes, 'P30D', [], day(29))).toBe(2);
    expect(liveStrikes(strikes, 'P30D', [], day(30))).toBe(0);
  });

  it('stand still while the account is suspended, overlapping suspensions counted once', () => {
    const strike = { value: 1, at: T0 };
    expect(strikeEnd(strike, 'P30D', [{ from: day(5), until: day(15) }], day(100))).toEqual(day(40));
    const overlapping = [
      { from: day(5), until: day(15) },
      { from: day(10), until: day(20) },
    ];
    expect(strikeEnd(strike, 'P30D', overlapping, day(100))).toEqual(day(45));
    // A suspension that begins after the strike ended changes nothing.
    expect(strikeEnd(strike, 'P30D', [{ from: day(31), until: day(60) }], day(100))).toEqual(day(30));
    // One that lasts still only counts up to now.
    expect(strikeEnd(strike, 'P30D', [{ from: day(10), until: null }], day(12))).toEqual(day(32));
  });

  it('never end earlier because of a suspension, whatever the suspensions', () => {
    const span = fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 90 }));
    fc.assert(
      fc.property(fc.array(span, { maxLength: 8 }), fc.integer({ min: 0, max: 500 }), (spans, at) => {
        const suspended = spans.map(([from, length]) => ({ from: day(from), until: day(from + length) }));
        const end = strikeEnd({ value: 1, at: T0 }, 'P90D', suspended, day(at));
        expect(end.getTime()).toBeGreaterThanOrEqual(day(90).getTime());
        const total = spans.reduce((sum, [, length]) => sum + length, 0);
        expect(end.getTime()).toBeLessThanOrEqual(day(90 + total).getTime());
      }),
    );
  });
});

describe('the ladder', () => {
  const ladders = new Map<string, Ladder>([
    ['light', { name: 'light', strikes: 1, steps: [{ from: 0, measure: 'warning', period: null }] }],
    [
      'serious',
      {
        name: 'serious',
        strikes: 3,
        steps: [
          { from: 0, measure: 'suspension', period: 'P7D' },
          { from: 6, measure: 'suspension', period: 'P30D' },
          { from: 9, measure: 'closure', period: null },
        ],
      },
    ],
  ]);
  const policy = { ladders, banTerms: { low: 'P90D', medium: 'P6M', high: 'P1Y', critical: 'P3Y' } };
  const clause = (ladder: string, severity: Severity = 'high') => ({ ladder, severity }) as Clause;

  it('takes the gravest clause once, and the highest step that is reached', () => {
    expect(suggest([clause('light'), clause('serious')], policy, 0)).toMatchObject({
      strikeValue: 3,
      measure: 'suspension',
      period: 'P7D',
    });
    expect(suggest([clause('serious')], policy, 3)).toMatchObject({ strikesAfter: 6, period: 'P30D' });
    expect(suggest([clause('serious')], policy, 6)).toMatchObject({ measure: 'closure', period: null });
    expect(suggest([clause('light')], policy, 50)).toMatchObject({ measure: 'warning' });
  });

  it('grades a ban by the gravest clause', () => {
    expect(suggest([clause('light', 'low'), clause('serious', 'critical')], policy, 0)).toMatchObject({
      banTerm: 'P3Y',
    });
    expect(suggest([clause('light', 'low')], policy, 0)).toMatchObject({ banTerm: 'P90D' });
  });

  it('never suggests less for more strikes', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 }), (a, b) => {
        const steps = ladders.get('serious')!.steps;
        const rank = (n: number): number => {
          const s = suggest([clause('serious')], policy, n)!;
          return steps.findIndex((step) => step.measure === s.measure && step.period === s.period);
        };
        if (a <= b) expect(rank(a)).toBeLessThanOrEqual(rank(b));
      }),
    ));
});
