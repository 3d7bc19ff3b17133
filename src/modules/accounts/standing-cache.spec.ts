import fc from 'fast-check';
import type { StandingFacts } from './domain/standing.js';
import { StandingCache } from './standing-cache.js';

const IDS = ['a', 'b', 'c'] as const;

/** A database with a log of commits; what is asked sees it at some moment between question and answer. */
class World {
  private readonly log: string[] = [];

  constructor(
    private readonly pause: () => Promise<unknown>,
    private readonly tellsAtMost = Infinity,
  ) {}

  versionOf(id: string): number {
    return this.log.filter((changed) => changed === id).length;
  }

  commit(id: string): void {
    this.log.push(id);
  }

  readonly load = async (ids: readonly string[]): Promise<Map<string, StandingFacts>> => {
    await this.pause();
    const seen = ids.map((id) => [id, { storedVersion: this.versionOf(id) } as StandingFacts] as const);
    // Slower than the question for changes, so that changes often become known while facts are under way.
    for (let i = 0; i < 6; i += 1) await this.pause();
    return new Map(seen);
  };

  readonly changes = async (since: string | undefined): Promise<{ at: string; ids: string[] | undefined }> => {
    await this.pause();
    const at = this.log.length;
    const ids = since === undefined ? undefined : [...new Set(this.log.slice(Number(since), at))];
    await this.pause();
    return { at: String(at), ids: (ids?.length ?? 0) > this.tellsAtMost ? undefined : ids };
  };
}

const step = fc.record({ act: fc.constantFrom('read', 'commit', 'commit here'), id: fc.constantFrom(...IDS) });

describe('the cache of standing', () => {
  it.each([
    ['changes told one by one', Infinity],
    ['too many changes to tell', 0],
  ])('loses no change, however questions, answers and commits interleave: %s', async (_, tellsAtMost) => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(step, { maxLength: 40 }), async (scheduler, steps) => {
        const world = new World(() => scheduler.schedule(Promise.resolve()), tellsAtMost);
        // No staleness allowed: whatever is held is asked about before it is given.
        const cache = new StandingCache(world.load, world.changes, { size: 10, maxStalenessMs: 0 });
        const read = async (id: string): Promise<number | undefined> => (await cache.get(id))?.storedVersion;
        const reads: Promise<unknown>[] = [];
        const run = scheduler.scheduleSequence(
          steps.map(({ act, id }) => ({
            label: `${act} ${id}`,
            builder: async () => {
              if (act === 'read') reads.push(read(id));
              else world.commit(id);
              if (act === 'commit here') {
                cache.drop(id);
                const least = world.versionOf(id);
                reads.push(read(id).then((version) => expect(version).toBeGreaterThanOrEqual(least)));
              }
              // The cache sends its questions in the next turn of the event loop.
              await new Promise(setImmediate);
            },
          })),
        );
        await scheduler.waitFor(run.task);
        await scheduler.waitFor(Promise.all(reads));
        for (const id of IDS) {
          expect(await scheduler.waitFor(read(id))).toBe(world.versionOf(id));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('keeps no answer that was under way when a change became known', async () => {
    let slow: Promise<unknown> = Promise.resolve();
    const world = new World(() => Promise.resolve());
    const load: typeof world.load = async (ids) => {
      const seen = await world.load(ids);
      await slow;
      return seen;
    };
    const cache = new StandingCache(load, world.changes, { size: 10, maxStalenessMs: 0 });
    await cache.get('b');
    await cache.get('b');
    let arrive = (): void => undefined;
    slow = new Promise<void>((resolve) => (arrive = resolve));
    const before = cache.get('a');
    await new Promise((resolve) => setTimeout(resolve, 5));
    world.commit('a');
    await cache.get('b');
    arrive();
    expect(await before).toMatchObject({ storedVersion: 0 });
    expect(await cache.get('a')).toMatchObject({ storedVersion: 1 });
  });

  it('asks once for all that it holds, and not at all while nobody reads', async () => {
    let looks = 0;
    const world = new World(() => Promise.resolve());
    const counted = (since: string | undefined) => ((looks += 1), world.changes(since));
    const cache = new StandingCache(world.load, counted, { size: 10, maxStalenessMs: 60_000 });
    for (const id of IDS) await cache.get(id);
    for (const id of [...IDS, ...IDS, ...IDS]) await cache.get(id);
    expect(looks).toBe(1);
  });

  it('tells a failure to those who find nothing fresh, and asks again', async () => {
    let down = false;
    const world = new World(() => (down ? Promise.reject(new Error('gone')) : Promise.resolve()));
    const cache = new StandingCache(world.load, world.changes, { size: 10, maxStalenessMs: 0 });
    await cache.get('a');
    down = true;
    await expect(cache.get('a')).rejects.toThrow('gone');
    await expect(cache.get('b')).rejects.toThrow('gone');
    down = false;
    world.commit('a');
    expect(await cache.get('a')).toMatchObject({ storedVersion: 1 });
  });
});
