import fc from 'fast-check';
import {
  addPeriod,
  atLeastUntil,
  endOfLegalDay,
  isPeriod,
  legalDay,
  periodMs,
  startOfLegalDay,
  subtractPeriod,
} from './period.js';

const at = (text: string): Date => new Date(text);

it.each(['P6M', 'PT2S', 'P1Y2M3DT4H5M6S', 'P2W', 'PT0S', 'P0D'])('%s is a period', (p) =>
  expect(isPeriod(p)).toBe(true),
);
it.each(['', 'P', '6M', 'P-6M', '-P6M', 'PT', 'soon', 6, null])('%s is none', (p) => expect(isPeriod(p)).toBe(false));

it('counts days in Asia/Shanghai, whatever the machine thinks', () => {
  expect(legalDay(at('2026-11-22T15:59:59Z'))).toBe('2026-11-22');
  expect(legalDay(at('2026-11-22T16:00:00Z'))).toBe('2026-11-23');
  expect(startOfLegalDay('2026-11-23').toISOString()).toBe('2026-11-22T16:00:00.000Z');
  expect(endOfLegalDay('2026-11-23').toISOString()).toBe('2026-11-23T16:00:00.000Z');
});

it('ends a month period on the corresponding day or the end of the month (民法典 202)', () => {
  expect(legalDay(addPeriod(at('2026-08-31T04:00:00Z'), 'P6M'))).toBe('2027-02-28');
  expect(legalDay(addPeriod(at('2024-02-29T04:00:00Z'), 'P1Y'))).toBe('2025-02-28');
});

it('"at least six months" ends after the corresponding day, not on it (民法典 201–203)', () => {
  // 2026-01-15 10:00 in Shanghai: the corresponding day is 2026-07-15, kept to its end.
  expect(atLeastUntil(at('2026-01-15T02:00:00Z'), 'P6M').toISOString()).toBe('2026-07-15T16:00:00.000Z');
});

it('periods below a day are exact, for tests and demos', () =>
  expect(atLeastUntil(at('2026-01-15T02:00:00Z'), 'PT5S').toISOString()).toBe('2026-01-15T02:00:05.000Z'));

it('"at least" is never shorter than the period itself', () => {
  const instants = fc.date({ min: at('2000-01-01'), max: at('2050-01-01'), noInvalidDate: true });
  const periods = fc.constantFrom('P1D', 'P6M', 'P3Y', 'P30Y', 'PT1H', 'P1M');
  fc.assert(
    fc.property(instants, periods, (from, period) => {
      expect(atLeastUntil(from, period).getTime()).toBeGreaterThanOrEqual(addPeriod(from, period).getTime());
    }),
  );
});

it('subtracting milliseconds-exact periods undoes adding them', () => {
  fc.assert(
    fc.property(fc.date({ min: at('2000-01-01'), max: at('2050-01-01'), noInvalidDate: true }), (d) => {
      expect(subtractPeriod(addPeriod(d, 'PT36H'), 'PT36H')).toEqual(d);
    }),
  );
  expect(periodMs('PT1M30S')).toBe(90_000);
});
