import { Injectable } from '@nestjs/common';
import { changed, row, rows } from '../database/sql.js';
import type { Tx } from '../database/transactor.js';

/** One row a sweep: who runs it, under which fencing number, when it is next due. */
@Injectable()
export class SweepLeaseStore {
  async ensure(tx: Tx, names: readonly string[], now: Date): Promise<void> {
    await rows(
      tx,
      `INSERT INTO sweep_leases (name, fence, next_run_at, failures)
       SELECT name, 0, $2, 0 FROM unnest($1::text[]) AS name ORDER BY name ON CONFLICT (name) DO NOTHING`,
      [names, now],
    );
  }

  /** Which of these might run now; `acquire` says it surely. */
  async due(tx: Tx, names: readonly string[], now: Date): Promise<string[]> {
    const found = await rows<{ name: string }>(
      tx,
      `SELECT name FROM sweep_leases
        WHERE name = ANY($1) AND next_run_at <= $2 AND (lease_until IS NULL OR lease_until <= $2)`,
      [names, now],
    );
    return found.map(({ name }) => name);
  }

  /** @returns the fencing number, or undefined: not due yet, or somebody runs it */
  async acquire(
    tx: Tx,
    name: string,
    holder: string,
    times: { readonly now: Date; readonly until: Date; readonly nextRunAt: Date; readonly evenIfNotDue: boolean },
  ): Promise<string | undefined> {
    const [taken] = await changed<{ fence: string }>(
      tx,
      `UPDATE sweep_leases SET holder = $2, fence = fence + 1, lease_until = $4, next_run_at = $5
        WHERE name = $1 AND (lease_until IS NULL OR lease_until <= $3) AND ($6 OR next_run_at <= $3)
       RETURNING fence`,
      [name, holder, times.now, times.until, times.nextRunAt, times.evenIfNotDue],
    );
    return taken?.fence;
  }

  /** @returns false when another runner took over */
  async extend(tx: Tx, name: string, fence: string, until: Date): Promise<boolean> {
    const text = 'UPDATE sweep_leases SET lease_until = $3 WHERE name = $1 AND fence = $2 RETURNING name';
    return (await changed(tx, text, [name, fence, until])).length > 0;
  }

  /** Held to the end of `tx`, so that nobody takes over between the check and the commit. */
  async isHeld(tx: Tx, name: string, fence: string): Promise<boolean> {
    const text = 'SELECT 1 FROM sweep_leases WHERE name = $1 AND fence = $2 FOR SHARE';
    return (await row(tx, text, [name, fence])) !== undefined;
  }

  /** @param end `more`: it stopped to let others have a turn, and is due again at once */
  async release(
    tx: Tx,
    name: string,
    fence: string,
    now: Date,
    end: { failure?: string; more: boolean },
  ): Promise<void> {
    await changed(
      tx,
      `UPDATE sweep_leases SET holder = NULL, lease_until = NULL, finished_at = $3, last_error = $4,
              failures = CASE WHEN $4::text IS NULL THEN 0 ELSE failures + 1 END,
              next_run_at = CASE WHEN $5 THEN $3 ELSE next_run_at END
        WHERE name = $1 AND fence = $2 RETURNING name`,
      [name, fence, now, end.failure ?? null, end.more],
    );
  }

  /** Sweeps that should have run by `now` and did not, oldest first. */
  overdue(tx: Tx, names: readonly string[], now: Date): Promise<{ name: string; nextRunAt: Date; failures: number }[]> {
    return rows(
      tx,
      `SELECT name, next_run_at AS "nextRunAt", failures FROM sweep_leases
        WHERE name = ANY($1) AND next_run_at < $2 ORDER BY next_run_at`,
      [names, now],
    );
  }
}
