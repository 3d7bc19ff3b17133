import { Injectable } from '@nestjs/common';
import { changed, post, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import { LIVE } from './review-task.record.js';
import type { EndedSkips, SkipReason } from './domain/skips.js';

export interface TaskSkip {
  readonly staffId: string;
  readonly reason: SkipReason | null;
  /** They are not dealt it. False: they skipped it once, and it became another matter since. */
  readonly inForce: boolean;
}

/** All who skipped a task, as JSON; one probe of an index a row. */
export const SKIPS_OF = (task: string): string =>
  `coalesce((SELECT json_agg(json_build_object('staffId', s.staff_id, 'reason', s.reason, 'inForce', s.ended_at IS NULL))
              FROM task_skips s WHERE s.task_id = ${task}), '[]')`;

/** True of a row of `review_tasks` that this person is not dealt. */
export const skippedBy = (staffId: string): string =>
  `EXISTS (SELECT 1 FROM task_skips s WHERE s.staff_id = ${staffId} AND s.task_id = review_tasks.id AND s.ended_at IS NULL)`;

/** Who passed which task by. Changed only under the lock of the task's row, or where nothing depends on the order. */
@Injectable()
export class TaskSkipsStore {
  /** @returns false: it was so before, with this reason or without one being given now */
  async put(tx: Tx, taskId: string, staffId: string, reason: SkipReason | null, now: Date): Promise<boolean> {
    const put = await changed(
      tx,
      `INSERT INTO task_skips AS s (task_id, staff_id, reason, skipped_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (staff_id, task_id) DO UPDATE
          SET reason = coalesce(excluded.reason, s.reason), skipped_at = excluded.skipped_at, ended_at = NULL
        WHERE s.ended_at IS NOT NULL OR excluded.reason <> coalesce(s.reason, '')
       RETURNING task_id`,
      [taskId, staffId, reason, now],
    );
    return put.length === 1;
  }

  async of(tx: Tx, taskId: string): Promise<readonly TaskSkip[]> {
    const found = await row<{ skips: TaskSkip[] }>(tx, `SELECT ${SKIPS_OF('$1::uuid')} AS skips`, [taskId]);
    return found?.skips ?? [];
  }

  /** How many are not dealt it now. */
  async countInForce(tx: Tx, taskId: string): Promise<number> {
    const found = await rows(tx, 'SELECT 1 FROM task_skips WHERE task_id = $1 AND ended_at IS NULL', [taskId]);
    return found.length;
  }

  /** @param of one task, or whatever task there is of a subject */
  async end(
    tx: Tx,
    of: { readonly taskId: string } | { readonly subjectId: string },
    whose: EndedSkips,
    now: Date,
  ): Promise<void> {
    if (whose.of === 'nobody') return;
    const [one, other] = [whose.of === 'one' ? whose.staffId : null, whose.of === 'all_but' ? whose.staffId : null];
    const [id, which] =
      'taskId' in of
        ? [of.taskId, 'task_id = $1']
        : [of.subjectId, `task_id IN (SELECT id FROM review_tasks WHERE subject_id = $1 AND ${LIVE})`];
    await post(
      tx,
      `UPDATE task_skips SET ended_at = $2
        WHERE ${which} AND ended_at IS NULL AND ($3::text IS NULL OR staff_id = $3) AND staff_id IS DISTINCT FROM $4::text`,
      [id, now, one, other],
    );
  }

  /** With the task that it was about: nobody asks any more who passed it by; the audit log knows. */
  async forget(tx: Tx, taskId: string): Promise<void> {
    await post(tx, 'DELETE FROM task_skips WHERE task_id = $1', [taskId]);
  }
}
