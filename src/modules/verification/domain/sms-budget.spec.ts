import fc from 'fast-check';
import { type CountryHistory, overBudget } from './sms-budget.js';

const quiet: CountryHistory = {
  country: 'CN',
  bestDayVerified: 0,
  verifiedLastDay: 0,
  verifiedLastHour: 0,
  unverifiedLastDay: 0,
  unverifiedLastHour: 0,
};
const floors = { day: 20, hour: 3 };

it('row 13: a burst to a country that nobody registers from is over both budgets', () => {
  expect(overBudget({ ...quiet, country: 'XX', unverifiedLastDay: 21, unverifiedLastHour: 21 }, floors)).toEqual([
    { country: 'XX', span: 'hour', observed: 21, threshold: 3 },
    { country: 'XX', span: 'day', observed: 21, threshold: 20 },
  ]);
});

it('a busy country has a budget that follows what its people prove', () => {
  const busy = { ...quiet, bestDayVerified: 6_000, verifiedLastDay: 5_000, verifiedLastHour: 400 };
  expect(overBudget({ ...busy, unverifiedLastDay: 1_800, unverifiedLastHour: 200 }, floors)).toEqual([]);
  expect(overBudget({ ...busy, unverifiedLastDay: 1_801, unverifiedLastHour: 201 }, floors)).toHaveLength(2);
});

it('more proven codes never make the budget smaller', () => {
  const n = fc.nat(10_000);
  fc.assert(
    fc.property(n, n, n, n, n, (best, day, hour, unverifiedDay, unverifiedHour) => {
      const h = {
        ...quiet,
        bestDayVerified: best,
        verifiedLastDay: day,
        verifiedLastHour: hour,
        unverifiedLastDay: unverifiedDay,
        unverifiedLastHour: unverifiedHour,
      };
      const more = { ...h, bestDayVerified: best + 10, verifiedLastDay: day + 10, verifiedLastHour: hour + 10 };
      return overBudget(more, floors).length <= overBudget(h, floors).length;
    }),
  );
});
