import fc from 'fast-check';
import { atLeastUntil } from '../../../kernel/period.js';
import { dueBefore } from './expiry.js';

const instants = fc.date({
  min: new Date('2020-01-01T00:00:00Z'),
  max: new Date('2035-12-31T00:00:00Z'),
  noInvalidDate: true,
});
const periods = fc.constantFrom('P0D', 'P1D', 'P6M', 'P3Y', 'P1M', 'P30Y', 'P1M3D', 'PT5S', 'PT24H', 'P1DT6H');

describe('dueBefore', () => {
  it('is the bound of atLeastUntil, on every side of every midnight and month end', () => {
    fc.assert(
      fc.property(
        instants,
        periods,
        fc.integer({ min: -3 * 86_400_000, max: 3 * 86_400_000 }),
        (now, period, shift) => {
          const bound = dueBefore(now, period);
          for (const trigger of [new Date(bound.getTime() + shift), new Date(bound.getTime() - 1), bound]) {
            expect(trigger < bound).toBe(atLeastUntil(trigger, period) <= now);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('keeps "at least six months" until the day after the corresponding day is over, Asia/Shanghai', () => {
    const trigger = new Date('2026-08-31T10:00:00+08:00');
    expect(trigger < dueBefore(new Date('2027-02-28T23:59:59+08:00'), 'P6M')).toBe(false);
    expect(trigger < dueBefore(new Date('2027-03-01T00:00:00+08:00'), 'P6M')).toBe(true);
  });
});
