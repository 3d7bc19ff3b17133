import fc from 'fast-check';
import { covers, effectiveLimits } from './usage-limits.js';

const night = { from: '22:00', to: '06:00' };

it.each([
  [{ from: '21:00', to: '07:00' }, night, true],
  [night, night, true],
  [{ from: '23:00', to: '06:00' }, night, false],
  [{ from: '08:00', to: '12:00' }, night, false],
  [{ from: '22:00', to: '22:00' }, night, true],
])('%o covers %o: %s', (outer, inner, expected) => expect(covers(outer, inner)).toBe(expected));

it('a guardian tightens', () =>
  expect(
    effectiveLimits(
      { minutesPerDay: 120, quietHours: night },
      { minutesPerDay: 30, quietHours: { from: '20:00', to: '07:00' } },
    ),
  ).toEqual({
    minutesPerDay: 30,
    quietHours: { from: '20:00', to: '07:00' },
  }));

it('a guardian does not loosen', () =>
  expect(
    effectiveLimits(
      { minutesPerDay: 60, quietHours: night },
      { minutesPerDay: 600, quietHours: { from: '23:00', to: '05:00' } },
    ),
  ).toEqual({
    minutesPerDay: 60,
    quietHours: night,
  }));

it('the minutes in force never exceed either wish', () => {
  const wish = fc.option(fc.integer({ min: 0, max: 1440 }), { nil: undefined });
  fc.assert(
    fc.property(wish, wish, (a, b) => {
      const limits = effectiveLimits(
        a === undefined ? {} : { minutesPerDay: a },
        b === undefined ? {} : { minutesPerDay: b },
      );
      expect(limits.minutesPerDay ?? Infinity).toBe(Math.min(a ?? Infinity, b ?? Infinity));
    }),
  );
});
