import { randomInt } from 'node:crypto';
import { DataSource } from 'typeorm';
import { changed, rows } from '../database/sql.js';
import { type Count, type Counted, LimitStore } from './limit-store.js';

interface CounterRow {
  key: string;
  points: number;
  window_ends_at: Date;
}

const SWEEP_EVERY = 500;
const SWEEP_BATCH = 2_000;

/**
 * Counters in an unlogged table: a count waits for no disk. What a crash of the database server loses is the count of
 * the running windows, which no caller can bring about; a promoted replica starts them anew.
 */
export class PostgresLimitStore extends LimitStore {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override async add(counts: readonly Count[], now: Date): Promise<Counted[]> {
    // ORDER BY: two calls on the same keys lock them in the same order. The sum is capped, so that a flood over years
    // in one window cannot overflow.
    const found = await rows<CounterRow>(
      this.dataSource.manager,
      `INSERT INTO limit_counters AS c (key, points, window_ends_at)
       SELECT key, cost, $4::timestamptz + window_ms * interval '1 millisecond'
         FROM unnest($1::text[], $2::int[], $3::bigint[]) AS given (key, cost, window_ms)
        ORDER BY key
       ON CONFLICT (key) DO UPDATE SET
         points = CASE WHEN c.window_ends_at <= $4 THEN excluded.points
                       ELSE least(c.points + excluded.points, 1000000000) END,
         window_ends_at = CASE WHEN c.window_ends_at <= $4 THEN excluded.window_ends_at ELSE c.window_ends_at END
       RETURNING key, points, window_ends_at`,
      [counts.map((c) => c.key), counts.map((c) => c.cost), counts.map((c) => c.windowMs), now],
    );
    if (randomInt(SWEEP_EVERY) === 0) void this.sweep(now).catch(() => undefined);
    const byKey = new Map(found.map((row) => [row.key, row]));
    return counts.map(({ key }) => {
      const row = byKey.get(key);
      if (row === undefined) throw new Error('a limit was not counted');
      return { points: row.points, windowEndsAt: row.window_ends_at };
    });
  }

  override async takeBack(counts: readonly (Count & { windowEndsAt: Date })[]): Promise<void> {
    await changed(
      this.dataSource.manager,
      `UPDATE limit_counters AS c SET points = greatest(c.points - given.cost, 0)
         FROM (SELECT c.key, given.cost
                 FROM unnest($1::text[], $2::int[], $3::timestamptz[]) AS given (key, cost, window_ends_at)
                 JOIN limit_counters AS c USING (key, window_ends_at)
                ORDER BY c.key FOR UPDATE OF c) AS given
        WHERE c.key = given.key
       RETURNING c.key`,
      [counts.map((c) => c.key), counts.map((c) => c.cost), counts.map((c) => c.windowEndsAt)],
    );
  }

  override async reset(keys: readonly string[]): Promise<void> {
    await changed(this.dataSource.manager, 'DELETE FROM limit_counters WHERE key = ANY($1) RETURNING key', [keys]);
  }

  /** Drops counters whose window is over; done now and then by those who count, so that no job has to live for it. */
  async sweep(now: Date): Promise<number> {
    const gone = await changed(
      this.dataSource.manager,
      `DELETE FROM limit_counters WHERE key IN
         (SELECT key FROM limit_counters WHERE window_ends_at < $1 ORDER BY window_ends_at LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING key`,
      [now, SWEEP_BATCH],
    );
    return gone.length;
  }
}
