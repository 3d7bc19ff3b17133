import { rateOf, suppressSmall } from './suppression.js';

describe('small counts', () => {
  it('go, and zero stays zero', () => {
    const cells = [
      { key: 'a', count: 40 },
      { key: 'b', count: 3 },
      { key: 'c', count: 0 },
      { key: 'd', count: 4 },
    ];
    expect(suppressSmall(cells, 5).map((c) => c.count)).toEqual([40, null, 0, null]);
  });

  it('one alone takes the next smallest with it, so that the total does not tell it', () => {
    const cells = [
      { key: 'a', count: 40 },
      { key: 'b', count: 3 },
      { key: 'c', count: 9 },
    ];
    expect(suppressSmall(cells, 5)).toEqual([
      { key: 'a', count: 40 },
      { key: 'b', count: null },
      { key: 'c', count: null },
    ]);
  });

  it('nothing small, nothing hidden; a rate of too few is none', () => {
    expect(suppressSmall([{ key: 'a', count: 5 }], 5)).toEqual([{ key: 'a', count: 5 }]);
    expect(rateOf(1, 3, 5)).toBeNull();
    expect(rateOf(0, 0)).toBeNull();
    expect(rateOf(1, 3)).toBe(33);
  });
});
