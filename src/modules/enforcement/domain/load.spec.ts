import { loadOf } from './load.js';

describe('load of moderators', () => {
  it('tells the spread of three and more, and of two only that they are two', () => {
    expect(loadOf([2, 9, 4], 3)).toEqual({ moderators: 3, median: 4, most: 9, least: 2, perPerson: [9, 4, 2] });
    expect(loadOf([1, 2, 3, 6], 3).median).toBe(2.5);
    expect(loadOf([9, 2], 3)).toEqual({ moderators: 2, median: null, most: null, least: null, perPerson: [] });
    expect(loadOf([], 0)).toEqual({ moderators: 0, median: null, most: null, least: null, perPerson: [] });
  });
});
