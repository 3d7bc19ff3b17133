import { Injectable } from '@nestjs/common';
import { row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { ReviewTaskState } from './domain/review-task-lifecycle.js';
import { behind, orderBy, type Place, type QueueOrder } from './queue-orders.js';
import { claimableAt, COLUMNS, LIVE, type ReviewTask } from './review-task.record.js';
import { ANYBODY, type TaskFilter } from './task-filter.js';
import { SKIPS_OF, type TaskSkip } from './task-skips.store.js';

/** One that is listed comes with who passed it by. */
export type ListedTask = ReviewTask & { readonly skips: readonly TaskSkip[] };

export interface KindStats {
  readonly kind: string;
  readonly live: number;
  readonly overdue: number;
  readonly claimed: number;
  /** Passed by by somebody; nobody has to look for them one by one. */
  readonly skipped: number;
  readonly oldestCreatedAt: Date | null;
  readonly nextDueAt: Date | null;
}

/** The queue as it is read: lists, counts and figures. What changes a task is in the review store. */
@Injectable()
export class ReviewQueueStore {
  list(
    tx: Tx,
    filter: TaskFilter,
    { order, after, limit }: { order: QueueOrder; after?: Place | undefined; limit: number },
    now: Date,
  ): Promise<ListedTask[]> {
    const { text, values } = listStatement(filter, order, after, limit, now);
    return rows(tx, text, values);
  }

  /** How many a filter means; stops at the bound. */
  async count(tx: Tx, filter: TaskFilter, bound: number, now: Date): Promise<number> {
    const { conditions, values, bind } = conditionsOf(filter, now);
    const counted = await row<{ n: number }>(
      tx,
      `SELECT count(*)::int AS n FROM (SELECT 1 FROM review_tasks WHERE ${conditions.join(' AND ')} LIMIT ${bind(bound)}) x`,
      values,
    );
    return counted?.n ?? 0;
  }

  findMany(tx: Tx, ids: readonly string[]): Promise<ReviewTask[]> {
    return rows(tx, `SELECT ${COLUMNS} FROM review_tasks WHERE id = ANY ($1::uuid[])`, [ids]);
  }

  /** Kinds by a skip scan and counts that stop at a bound: the cost follows the bound, not the size of the queue. */
  stats(tx: Tx, now: Date, bound: number): Promise<KindStats[]> {
    return rows(
      tx,
      `WITH RECURSIVE kinds AS (
         (SELECT kind FROM review_tasks WHERE ${LIVE} ORDER BY kind LIMIT 1)
         UNION ALL
         SELECT (SELECT t.kind FROM review_tasks t WHERE t.kind > kinds.kind AND t.${LIVE} ORDER BY t.kind LIMIT 1)
           FROM kinds WHERE kinds.kind IS NOT NULL),
       passed_by AS (
         SELECT t.kind, count(*)::int AS n FROM (SELECT DISTINCT task_id FROM task_skips LIMIT $2) s
           JOIN review_tasks t ON t.id = s.task_id GROUP BY t.kind)
       SELECT k.kind,
              (SELECT count(*)::int FROM (SELECT 1 FROM review_tasks t WHERE t.kind = k.kind AND t.${LIVE} LIMIT $2) x) AS live,
              (SELECT count(*)::int FROM (SELECT 1 FROM review_tasks t
                WHERE t.kind = k.kind AND t.${LIVE} AND t.due_at < $1 LIMIT $2) x) AS overdue,
              (SELECT count(*)::int FROM (SELECT 1 FROM review_tasks t
                WHERE t.kind = k.kind AND t.state = 'claimed' AND t.lease_until > $1 LIMIT $2) x) AS claimed,
              coalesce((SELECT n FROM passed_by p WHERE p.kind = k.kind), 0) AS skipped,
              (SELECT min(created_at) FROM (SELECT created_at FROM review_tasks t
                WHERE t.kind = k.kind AND t.${LIVE} ORDER BY t.due_hour, t.priority DESC, t.id LIMIT 100) x) AS "oldestCreatedAt",
              (SELECT t.due_at FROM review_tasks t WHERE t.kind = k.kind AND t.${LIVE} ORDER BY t.due_at, t.id LIMIT 1) AS "nextDueAt"
         FROM kinds k WHERE k.kind IS NOT NULL`,
      [now, bound],
    );
  }
}

/** One page of the queue; exported so that its plan can be looked at. */
export function listStatement(
  filter: TaskFilter,
  order: QueueOrder,
  after: Place | undefined,
  limit: number,
  now: Date,
): { text: string; values: unknown[] } {
  const { conditions, values, bind } = conditionsOf(filter, now);
  if (after !== undefined) conditions.push(behind(order, after, bind));
  const text = `SELECT ${COLUMNS}, ${SKIPS_OF('review_tasks.id')} AS skips FROM review_tasks
     WHERE ${conditions.join(' AND ')} ORDER BY ${orderBy(order)} LIMIT ${bind(limit + 1)}`;
  return { text, values };
}

interface Conditions {
  readonly conditions: string[];
  readonly values: unknown[];
  readonly bind: (value: unknown) => string;
}

/** `$1` is now. */
function conditionsOf(filter: TaskFilter, now: Date): Conditions {
  const values: unknown[] = [now];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const everyState = filter.shortId !== undefined && filter.status === undefined;
  const conditions = [everyState ? 'TRUE' : stateCondition(filter.status), '$1::timestamptz IS NOT NULL'];
  if (filter.kind !== undefined) conditions.push(`kind = ${bind(filter.kind)}`);
  if (filter.assignee !== undefined) conditions.push(`assignee = ${bind(filter.assignee)}`);
  if (filter.accountId !== undefined) conditions.push(`account_id = ${bind(filter.accountId)}`);
  if (filter.subjectId !== undefined) conditions.push(`subject_id = ${bind(filter.subjectId)}`);
  if (filter.shortId !== undefined) {
    const given = bind(filter.shortId);
    conditions.push(`(right(id::text, 8) = ${given} OR right(account_id::text, 8) = ${given})`);
  }
  // From the few rows of skips to the tasks, and not along the queue in search of one that was skipped.
  if (filter.skippedBy === ANYBODY) conditions.push('id = ANY (ARRAY(SELECT DISTINCT task_id FROM task_skips))');
  else if (filter.skippedBy !== undefined)
    conditions.push(
      `id = ANY (ARRAY(SELECT task_id FROM task_skips WHERE staff_id = ${bind(filter.skippedBy)} AND ended_at IS NULL))`,
    );
  if (filter.createdBy !== undefined) conditions.push(`created_at <= ${bind(filter.createdBy)}`);
  if (filter.notPartOf !== undefined)
    conditions.push(`NOT (${LIVE} AND ${bind(filter.notPartOf)}::text = ANY (conflict_ids))`);
  if (filter.overdue !== undefined) conditions.push(`${filter.overdue ? '' : 'NOT '}(due_at < $1 AND ${LIVE})`);
  return { conditions, values, bind };
}

/** By the state that a task has now, time counted. */
function stateCondition(status: ReviewTaskState | undefined): string {
  switch (status) {
    case undefined:
      return LIVE;
    case 'open':
      return `${LIVE} AND ${claimableAt('$1')}`;
    case 'claimed':
      return `state = 'claimed' AND (lease_until > $1 OR deciding_until IS NOT NULL)`;
    case 'snoozed':
      return `state = 'snoozed' AND snoozed_until > $1`;
    case 'done':
    case 'cancelled':
      return `state = '${status}'`;
  }
}
