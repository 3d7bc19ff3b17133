import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestApp } from './app.js';

/** Rounds of every race: both orders, a hundred times each. `RACE_ROUNDS=20` for a quick look. */
export const ROUNDS = Number(process.env['RACE_ROUNDS'] ?? 200);

/** What became of a contestant: what it returned, or the code that it was refused with. */
export type Outcome<T> = { readonly done: T } | { readonly refused: string };

/** A row lock that is held until both contestants stand before it; then both go in the order in which they came. */
export class Barrier {
  private constructor(
    private readonly holder: pg.Client,
    private readonly watcher: pg.Client,
  ) {}

  static async open(app: TestApp): Promise<Barrier> {
    const [holder, watcher] = [1, 2].map(() => new pg.Client({ connectionString: app.db.url }));
    if (holder === undefined || watcher === undefined) throw new Error('no client');
    await Promise.all([holder.connect(), watcher.connect()]);
    return new Barrier(holder, watcher);
  }

  async close(): Promise<void> {
    await Promise.all([this.holder.end(), this.watcher.end()]);
  }

  /**
   * @param row a row that both contestants lock first, e.g. `['accounts', id]`
   * @param round even: the first one is in front
   */
  async race<A, B>(
    row: readonly [table: string, id: string],
    round: number,
    first: () => Promise<A>,
    second: () => Promise<B>,
  ): Promise<[Outcome<A>, Outcome<B>]> {
    await this.holder.query('BEGIN');
    await this.holder.query(`SELECT 1 FROM "${row[0]}" WHERE id = $1 FOR UPDATE`, [row[1]]);
    try {
      if (round % 2 === 0) {
        const a = outcomeOf(first());
        await this.waiting(1);
        const b = outcomeOf(second());
        await this.waiting(2);
        await this.holder.query('COMMIT');
        return [await a, await b];
      }
      const b = outcomeOf(second());
      await this.waiting(1);
      const a = outcomeOf(first());
      await this.waiting(2);
      await this.holder.query('COMMIT');
      return [await a, await b];
    } finally {
      await this.holder.query('COMMIT');
    }
  }

  /** A contestant that never comes to the lock would make no race: told, not waited for. */
  private async waiting(count: number): Promise<void> {
    for (let i = 0; i < 2000; i += 1) {
      const { rows } = await this.watcher.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      if ((rows[0]?.n ?? 0) >= count) return;
      await sleep(1);
    }
    throw new Error(`${count} contestants never stood before the barrier`);
  }
}

const outcomeOf = <T>(work: Promise<T>): Promise<Outcome<T>> =>
  work.then(
    (done) => ({ done }),
    (error: { code?: string; name?: string; message?: string }) => ({
      refused: error.code ?? error.name ?? error.message ?? 'broken',
    }),
  );

export const wasDone = <T>(outcome: Outcome<T>): outcome is { done: T } => 'done' in outcome;
