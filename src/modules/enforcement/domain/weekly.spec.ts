import { trendOf, weeksOf } from './weekly.js';

describe('numbers by week', () => {
  it('names every week that a span touches by its Monday in Shanghai', () => {
    // Sunday 23:59 in Shanghai to Monday of the week after next, 00:01.
    const from = new Date('2026-11-22T15:59:00Z');
    expect(weeksOf(from, new Date('2026-12-06T16:01:00Z'))).toEqual([
      '2026-11-16',
      '2026-11-23',
      '2026-11-30',
      '2026-12-07',
    ]);
    // The end is not part of the span.
    expect(weeksOf(from, new Date('2026-11-22T16:00:00Z'))).toEqual(['2026-11-16']);
  });

  it('has a number for each week and series, zeros included, the liveliest clause first', () => {
    const weeks = ['2026-11-16', '2026-11-23'];
    const lines = trendOf(weeks, {
      opened: [
        { week: '2026-11-23', key: '3.3(9)', count: 4 },
        { week: '2026-11-16', key: '3.5(1)', count: 1 },
      ],
      decided: [{ week: '2026-11-23', key: '3.5(1)', count: 1 }],
    });
    expect(lines).toEqual([
      { key: '3.3(9)', total: 4, opened: [0, 4], decided: [0, 0] },
      { key: '3.5(1)', total: 2, opened: [1, 0], decided: [0, 1] },
    ]);
  });
});
