import { once } from 'node:events';
import { DataSource } from 'typeorm';
import {
  AttemptCounters,
  FallbackAttemptCounters,
  PostgresAttemptCounters,
  RedisAttemptCounters,
} from '../../src/modules/registration/attempt-counters.store.js';
import { type Counted, type Mark, MemoryMarks, type Place } from '../../src/modules/registration/domain/marks.js';
import { Cover, COVER_BYTES, longestRun } from '../../src/modules/registration/domain/runs.js';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import { DatabaseConfig } from '../../src/platform/database/database.config.js';
import { openRedis } from '../../src/platform/limits/limits.module.js';
import { createDatabase, type TestDatabase } from '../support/database.js';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 23, 12);
const REDIS_URL = process.env['TEST_REDIS_URL'];

class DeadCounters extends AttemptCounters {
  override count(): Promise<Counted[]> {
    return Promise.reject(new Error('gone'));
  }
}

let db: TestDatabase;
let dataSource: DataSource;
let postgres: PostgresAttemptCounters;
let run = 0;

beforeAll(async () => {
  db = await createDatabase();
  const config = Object.assign(new DatabaseConfig(), { poolSize: 20 });
  dataSource = await new DataSource(await dataSourceOptions(config, db.url)).initialize();
  postgres = new PostgresAttemptCounters(dataSource);
});
afterAll(async () => {
  await dataSource.destroy();
  await db.drop();
});

const mark = (member: string, over: Partial<Mark> = {}): Mark => ({
  key: `numbers:device:${process.pid}.${run}`,
  member,
  windowsMs: [HOUR, 24 * HOUR],
  cap: 10,
  rules: ['a', 'b'],
  ...over,
});

/** Asked for when the test runs, for Redis exists only then. */
const stores: [string, () => AttemptCounters | Promise<AttemptCounters> | undefined][] = [
  ['PostgreSQL', () => postgres],
  ['Redis', () => (REDIS_URL === undefined ? undefined : redis().then((client) => new RedisAttemptCounters(client)))],
  ['PostgreSQL behind a Redis that is gone', () => new FallbackAttemptCounters(new DeadCounters(), postgres)],
];
const opened: ReturnType<typeof openRedis>[] = [];
/** Ready before it is used: it queues nothing while it connects, for a counter has a second home. */
async function redis(): Promise<ReturnType<typeof openRedis>> {
  const client = openRedis(REDIS_URL ?? '');
  opened.push(client);
  await once(client, 'ready');
  return client;
}
afterEach(() => {
  for (const client of opened.splice(0)) client.disconnect();
});

describe.each(stores)('row 12: attempts counted in %s', (_name, open) => {
  beforeEach(() => (run += 1));

  it('are exact under concurrency: of 60 parallel marks each sees another count, up to the cap', async () => {
    const store = await open();
    if (store === undefined) return;
    const many = Array.from({ length: 60 }, (_, i) => store.count([mark(`m${i}`, { cap: 100 })], new Date(NOON)));
    const counts = (await Promise.all(many)).map((c) => c[0]?.counts[0] ?? 0);
    expect([...counts].sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect((await store.count([mark('m0', { cap: 100 })], new Date(NOON + 1)))[0]?.counts).toEqual([60, 60]);
  });

  it('stop growing at the cap, so that a flood costs no more than the limit', async () => {
    const store = await open();
    if (store === undefined) return;
    const many = Array.from({ length: 40 }, (_, i) => store.count([mark(`m${i}`)], new Date(NOON)));
    const counts = (await Promise.all(many)).map((c) => c[0]?.counts[0] ?? 0);
    expect(Math.max(...counts)).toBe(11);
    expect(counts.filter((c) => c <= 10)).toHaveLength(10);
  });

  it('two calls that share keys in another order wait for each other, never for ever', async () => {
    const store = await open();
    if (store === undefined) return;
    const [x, y] = [`x${process.pid}.${run}`, `y${process.pid}.${run}`];
    const calls = Array.from({ length: 30 }, (_, i) => {
      const keys = i % 2 === 0 ? [x, y] : [y, x];
      return store.count(
        keys.map((key) => mark(`m${i}`, { key, cap: 100 })),
        new Date(NOON),
      );
    });
    expect(await Promise.all(calls)).toHaveLength(30);
  });

  it('agree with the rule of counting in memory over a random day', async () => {
    const store = await open();
    if (store === undefined) return;
    const memory = new MemoryMarks();
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let at = NOON, i = 0; i < 150; i += 1, at += random(40) * 60_000) {
      const marks = [mark(`m${random(15)}`, { key: `k${process.pid}.${run}.${random(2)}`, cap: 6 })];
      expect([i, await store.count(marks, new Date(at))]).toEqual([i, memory.count(marks, new Date(at))]);
    }
  });

  it('a stretch of numbers is listed exactly under concurrency: of a run in any order the last sees all of it', async () => {
    const store = await open();
    if (store === undefined) return;
    const cover = new Cover(Buffer.alloc(COVER_BYTES, `${process.pid}.${run}`));
    const strides = Array.from({ length: 40 }, (_, i) => 100 + 7 * ((i * 11) % 40));
    const stretch = (offset: number): Mark => {
      const place: Place = { stretch: 's', offset, cover };
      return { ...mark(String(cover.hide(offset))), key: `run:start:${process.pid}.${run}`, cap: 1024, place };
    };
    const answers = await Promise.all(strides.map((offset) => store.count([stretch(offset)], new Date(NOON))));
    const lengths = answers.map((a, i) => {
      const seen = new Map((a[0]?.seen ?? []).map(([member, ago]) => [cover.show(member), ago]));
      return [seen.size, longestRun(seen, strides[i] ?? 0, 50).length] as const;
    });
    expect(lengths.map(([size]) => size).sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(lengths.find(([size]) => size === 40)?.[1]).toBe(40);
    // A day later the window has slid past them.
    const later = await store.count([stretch(5)], new Date(NOON + 24 * HOUR));
    expect(later[0]?.seen).toEqual([[cover.hide(5), 0]]);
  });
});

it('row 12: 10,000 attempts from one subnet are counted exactly, and the last costs what the first did', async () => {
  run += 1;
  const marks = (i: number): Mark[] => [mark(`r${i}`, { key: `attempts:subnet:${run}`, cap: 400, windowsMs: [HOUR] })];
  let over = 0;
  const timed: number[] = [];
  for (let i = 0; i < 10_000; i += 100) {
    const from = performance.now();
    const batch = await Promise.all(
      Array.from({ length: 100 }, (_, j) => postgres.count(marks(i + j), new Date(NOON))),
    );
    timed.push(performance.now() - from);
    over += batch.filter((c) => (c[0]?.counts[0] ?? 0) > 400).length;
  }
  expect(over).toBe(9_600);
  const sum = (list: number[]): number => list.reduce((a, b) => a + b, 0);
  // The set stops at its cap, so cost is flat from there; without the cap it would grow twenty-fold.
  expect(sum(timed.slice(-20))).toBeLessThan(sum(timed.slice(10, 30)) * 3);
}, 120_000);

it('marks that no window reaches are forgotten', async () => {
  expect(await postgres.sweep(new Date(NOON + 48 * HOUR), 100_000)).toBeGreaterThan(0);
  expect(await postgres.sweep(new Date(NOON + 48 * HOUR), 100_000)).toBe(0);
});
