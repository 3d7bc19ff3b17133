import { inLanes } from './lanes.js';

describe('lanes', () => {
  it.each([1, 3, 10])('do everything once, never more than %i at once', async (lanes) => {
    let under = 0;
    let most = 0;
    const done: number[] = [];
    await inLanes([1, 2, 3, 4, 5, 6, 7], lanes, async (item) => {
      most = Math.max(most, (under += 1));
      await Promise.resolve();
      done.push(item);
      under -= 1;
    });
    expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(Math.min(lanes, 7));
  });

  it('tell of a failure once nothing is under way any more; the other lanes go on', async () => {
    const done: number[] = [];
    const work = async (item: number): Promise<void> => {
      await Promise.resolve();
      if (item === 2) throw new Error('two');
      done.push(item);
    };
    await expect(inLanes([1, 2, 3, 4, 5], 2, work)).rejects.toThrow('two');
    expect(done).toEqual([1, 3, 4, 5]);
  });
});
