import { Injectable } from '@nestjs/common';
import { changed, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';

/** Who has which task open. Rows live for seconds. */
@Injectable()
export class TaskViewersStore {
  async see(tx: Tx, taskId: string, staffId: string, until: Date): Promise<void> {
    await rows(
      tx,
      `INSERT INTO task_viewers (task_id, staff_id, seen_until) VALUES ($1, $2, $3)
       ON CONFLICT (task_id, staff_id) DO UPDATE SET seen_until = excluded.seen_until`,
      [taskId, staffId, until],
    );
  }

  async leave(tx: Tx, taskId: string, staffId: string): Promise<void> {
    await rows(tx, 'DELETE FROM task_viewers WHERE task_id = $1 AND staff_id = $2', [taskId, staffId]);
  }

  /** By task; a task that nobody looks at is not in it. */
  of(tx: Tx, taskIds: readonly string[], now: Date): Promise<ReadonlyMap<string, readonly string[]>> {
    return this.read(tx, 'task_id = ANY ($2::uuid[]) AND seen_until > $1', [now, taskIds]);
  }

  /** All that anybody has open now: no more rows than people at work, and no list of tasks has to be known first. */
  all(tx: Tx, now: Date): Promise<ReadonlyMap<string, readonly string[]>> {
    return this.read(tx, 'seen_until > $1', [now]);
  }

  private async read(
    tx: Tx,
    condition: string,
    values: readonly unknown[],
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = await rows<{ taskId: string; staff: string[] }>(
      tx,
      `SELECT task_id AS "taskId", array_agg(staff_id ORDER BY staff_id) AS staff FROM task_viewers
        WHERE ${condition} GROUP BY task_id`,
      values,
    );
    return new Map(found.map(({ taskId, staff }) => [taskId, staff]));
  }

  async forget(tx: Tx, before: Date, limit: number): Promise<number> {
    const gone = await changed(
      tx,
      `DELETE FROM task_viewers WHERE (task_id, staff_id) IN (
         SELECT task_id, staff_id FROM task_viewers WHERE seen_until <= $1 ORDER BY seen_until LIMIT $2
         FOR UPDATE SKIP LOCKED)
       RETURNING task_id`,
      [before, limit],
    );
    return gone.length;
  }
}
