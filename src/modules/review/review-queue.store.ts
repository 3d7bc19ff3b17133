import { Injectable } from '@nestjs/common';
import { row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { ReviewTaskState } from './domain/review-task-lifecycle.js';
import { claimableAt, COLUMNS, LIVE, type ReviewTask } from './review-task.record.js';

export interface TaskFilter {
  readonly kind?: string | undefined;
  readonly status?: ReviewTaskState | undefined;
  readonly assignee?: string | undefined;
  readonly overdue?: boolean | undefined;
  readonly accountId?: string | undefined;
  readonly subjectId?: string | undefined;
  /** Opened by then: what came later is not meant. */
  readonly createdBy?: Date | undefined;
  /** Work about a matter that this person is part of is not among what waits for them. */
  readonly notPartOf?: string | undefined;
}

/** What somebody's queue means by a filter: of one account or matter it shows all, and says of each why not. */
export const queueOf = (reader: { readonly id: string }, filter: TaskFilter): TaskFilter =>
  filter.subjectId === undefined && filter.accountId === undefined ? { ...filter, notPartOf: reader.id } : filter;

export interface KindStats {
  readonly kind: string;
  readonly live: number;
  readonly overdue: number;
  readonly claimed: number;
  readonly oldestCreatedAt: Date | null;
  readonly nextDueAt: Date | null;
}

/** The queue as it is read: lists, counts and figures. What changes a task is in the review store. */
@Injectable()
export class ReviewQueueStore {
  list(
    tx: Tx,
    filter: TaskFilter,
    after: readonly unknown[] | undefined,
    limit: number,
    now: Date,
  ): Promise<ReviewTask[]> {
    const { conditions, values, bind } = conditionsOf(filter, now);
    if (after) conditions.push(`(due_at, id) > (${bind(after[0])}::timestamptz, ${bind(after[1])}::uuid)`);
    return rows(
      tx,
      `SELECT ${COLUMNS} FROM review_tasks WHERE ${conditions.join(' AND ')} ORDER BY due_at, id LIMIT ${bind(limit + 1)}`,
      values,
    );
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
           FROM kinds WHERE kinds.kind IS NOT NULL)
       SELECT k.kind,
              (SELECT count(*)::int FROM (SELECT 1 FROM review_tasks t WHERE t.kind = k.kind AND t.${LIVE} LIMIT $2) x) AS live,
              (SELECT count(*)::int FROM (SELECT 1 FROM review_tasks t
                WHERE t.kind = k.kind AND t.${LIVE} AND t.due_at < $1 LIMIT $2) x) AS overdue,
              (SELECT count(*)::int FROM (SELECT 1 FROM review_tasks t
                WHERE t.kind = k.kind AND t.state = 'claimed' AND t.lease_until > $1 LIMIT $2) x) AS claimed,
              (SELECT min(created_at) FROM (SELECT created_at FROM review_tasks t
                WHERE t.kind = k.kind AND t.${LIVE} ORDER BY t.due_hour, t.priority DESC, t.id LIMIT 100) x) AS "oldestCreatedAt",
              (SELECT t.due_at FROM review_tasks t WHERE t.kind = k.kind AND t.${LIVE} ORDER BY t.due_at, t.id LIMIT 1) AS "nextDueAt"
         FROM kinds k WHERE k.kind IS NOT NULL`,
      [now, bound],
    );
  }
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
  const conditions = [stateCondition(filter.status), '$1::timestamptz IS NOT NULL'];
  if (filter.kind !== undefined) conditions.push(`kind = ${bind(filter.kind)}`);
  if (filter.assignee !== undefined) conditions.push(`assignee = ${bind(filter.assignee)}`);
  if (filter.accountId !== undefined) conditions.push(`account_id = ${bind(filter.accountId)}`);
  if (filter.subjectId !== undefined) conditions.push(`subject_id = ${bind(filter.subjectId)}`);
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
