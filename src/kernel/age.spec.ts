import fc from 'fast-check';
import { ageOn, turns } from './age.js';
import { legalDay } from './period.js';

it.each([
  ['2008-11-23', '2026-11-22', 17],
  ['2008-11-23', '2026-11-23', 18],
  ['2012-02-29', '2026-02-28', 13],
  ['2012-02-29', '2026-03-01', 14],
  ['2012-02-29', '2028-02-28', 15],
  ['2012-02-29', '2028-02-29', 16],
  ['2026-11-24', '2026-11-23', -1],
])('born %s, on %s: %i', (birth, day, age) => expect(ageOn(birth, day)).toBe(age));

it('comes of age at midnight in Shanghai', () => {
  expect(turns('2008-11-23', 18).toISOString()).toBe('2026-11-22T16:00:00.000Z');
  expect(turns('2008-02-29', 18).toISOString()).toBe('2026-02-28T16:00:00.000Z');
  expect(turns('2008-02-29', 20).toISOString()).toBe('2028-02-28T16:00:00.000Z');
});

it('the instant of turning n is the first on which the age is n, for every birthday', () => {
  const day = fc.date({ min: new Date('1920-01-01'), max: new Date('2026-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(day, fc.integer({ min: 1, max: 30 }), (date, years) => {
      const birth = date.toISOString().slice(0, 10);
      const at = turns(birth, years);
      return ageOn(birth, legalDay(at)) === years && ageOn(birth, legalDay(new Date(at.getTime() - 1))) === years - 1;
    }),
  );
});
