import fc from 'fast-check';
import { ageOn } from '../../../kernel/age.js';
import { addPeriod, legalDay } from '../../../kernel/period.js';
import { bandChanges, bandCheckAfter, bandOn } from './age.js';

const AGES = { contractCapacity: 8, dataConsent: 14, majority: 18 };

it.each([
  ['2008-11-23', '2026-11-22', '14_17'],
  ['2008-11-23', '2026-11-23', '18_plus'],
  ['2012-11-24', '2026-11-23', '8_13'],
  ['2012-11-23', '2026-11-23', '14_17'],
  ['2019-01-01', '2026-11-23', 'under_8'],
  ['2008-02-29', '2026-02-28', '14_17'],
  ['2008-02-29', '2026-03-01', '18_plus'],
  ['2012-02-29', '2026-02-28', '8_13'],
  ['2012-02-29', '2026-03-01', '14_17'],
])('born %s is on %s in band %s (2.1)', (birth, day, band) => expect(bandOn(birth, day, AGES)).toBe(band));

it('comes of age at midnight in Shanghai', () => {
  expect(bandChanges('2008-11-23', AGES).map((d) => d.toISOString())).toEqual([
    '2016-11-22T16:00:00.000Z',
    '2022-11-22T16:00:00.000Z',
    '2026-11-22T16:00:00.000Z',
  ]);
});

it('the band changes at the listed midnights and nowhere else', () => {
  const day = fc.date({ min: new Date('1990-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }).map(legalDay);
  fc.assert(
    fc.property(day, (birth) => {
      for (const [index, change] of bandChanges(birth, AGES).entries()) {
        const before = bandOn(birth, legalDay(new Date(change.getTime() - 1)), AGES);
        expect(bandOn(birth, legalDay(change), AGES)).not.toBe(before);
        expect(ageOn(birth, legalDay(change))).toBe([8, 14, 18][index]);
        expect(bandOn(birth, legalDay(addPeriod(change, 'P1D')), AGES)).toBe(bandOn(birth, legalDay(change), AGES));
      }
    }),
  );
});

describe('when the band is looked at again', () => {
  const after = (now: string): string | undefined => bandCheckAfter('2008-11-23', new Date(now), AGES)?.toISOString();

  it('at the first of the month of the next birthday that matters: the column does not say the day', () =>
    expect(after('2026-03-05T00:00:00+08:00')).toBe('2026-10-31T16:00:00.000Z'));

  it('in that month at each midnight', () =>
    expect(after('2026-11-05T12:00:00+08:00')).toBe('2026-11-05T16:00:00.000Z'));

  it('never again once somebody is of age', () => expect(after('2026-11-23T00:00:00+08:00')).toBeUndefined());
});
