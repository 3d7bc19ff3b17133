import { Injectable } from '@nestjs/common';
import { changed, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { TaskState } from './domain/review-task-lifecycle.js';
import { ReviewTaskRow } from './review-task.entity.js';

const COLUMNS = `id, kind, subject_id AS "subjectId", account_id AS "accountId", state, priority, due_at AS "dueAt",
  provisional_due AS "provisionalDue", facts, excluded, assignee, holder, lease_until AS "leaseUntil",
  snoozed_until AS "snoozedUntil", escalated_at AS "escalatedAt", escalation, outcome, ended_by AS "endedBy",
  ended_at AS "endedAt", version, created_at AS "createdAt"`;
const LIVE = `state IN ('open', 'claimed', 'snoozed')`;
/** Free by time: open, or a lease or snooze that ran out. `$now` stands for the parameter. */
const FREE = (now: string): string =>
  `(state = 'open' OR (state = 'claimed' AND lease_until <= ${now}) OR (state = 'snoozed' AND snoozed_until <= ${now}))`;

export interface TaskFilter {
  readonly kinds?: readonly string[];
  readonly status?: TaskState;
  readonly assignee?: string;
  readonly overdue?: boolean;
  readonly accountId?: string;
}

export type TaskChange = Partial<
  Pick<
    ReviewTaskRow,
    | 'state'
    | 'priority'
    | 'dueAt'
    | 'provisionalDue'
    | 'excluded'
    | 'assignee'
    | 'holder'
    | 'leaseUntil'
    | 'snoozedUntil'
    | 'escalatedAt'
    | 'escalation'
    | 'outcome'
    | 'endedBy'
    | 'endedAt'
  >
>;

export interface KindCounts {
  readonly kind: string;
  readonly open: number;
  readonly claimed: number;
  readonly snoozed: number;
  readonly overdue: number;
  readonly oldestDueAt: Date | null;
}

@Injectable()
export class ReviewTasksStore {
  async insert(tx: Tx, task: ReviewTaskRow): Promise<void> {
    await tx.getRepository(ReviewTaskRow).insert(task as never);
  }

  find(tx: Tx, id: string): Promise<ReviewTaskRow | null> {
    return tx.getRepository(ReviewTaskRow).findOneBy({ id });
  }

  lock(tx: Tx, id: string): Promise<ReviewTaskRow | null> {
    return tx.getRepository(ReviewTaskRow).findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** The live task of a subject, locked. */
  lockLive(tx: Tx, kind: string, subjectId: string): Promise<ReviewTaskRow | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM review_tasks WHERE kind = $1 AND subject_id = $2 AND ${LIVE} FOR UPDATE`, [
      kind,
      subjectId,
    ]);
  }

  findBySubject(tx: Tx, kind: string, subjectId: string): Promise<ReviewTaskRow | undefined> {
    return row(
      tx,
      `SELECT ${COLUMNS} FROM review_tasks WHERE subject_id = $2 AND kind = $1 ORDER BY created_at DESC, id DESC LIMIT 1`,
      [kind, subjectId],
    );
  }

  /** @returns false when it is no longer of that version: nothing was changed (invariant 10) */
  async change(tx: Tx, task: ReviewTaskRow, change: TaskChange): Promise<boolean> {
    const result = await tx
      .getRepository(ReviewTaskRow)
      .update({ id: task.id, version: task.version }, { ...change, version: task.version + 1 } as never);
    return result.affected === 1;
  }

  /**
   * The next task for `staffId`: highest priority, then nearest deadline. Locked with SKIP LOCKED, so that moderators who
   * press the key in the same instant get different tasks; what they have a part in is never offered.
   */
  lockNext(tx: Tx, kinds: readonly string[], staffId: string, now: Date): Promise<ReviewTaskRow | undefined> {
    return row(
      tx,
      `SELECT next.* FROM unnest($1::text[]) AS wanted(k) CROSS JOIN LATERAL (
         SELECT ${COLUMNS} FROM review_tasks
          WHERE kind = wanted.k AND ${LIVE} AND ${FREE('$3')}
            AND NOT ($2 = ANY (excluded)) AND (assignee IS NULL OR assignee = $2)
          ORDER BY priority DESC, due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) AS next
        ORDER BY next.priority DESC, next."dueAt", next.id LIMIT 1`,
      [kinds, staffId, now],
    );
  }

  /** A keyset page by deadline. */
  page(
    tx: Tx,
    filter: TaskFilter,
    after: readonly (string | number | null)[] | undefined,
    limit: number,
    now: Date,
  ): Promise<ReviewTaskRow[]> {
    const values: unknown[] = [limit];
    const where = [stateClause(filter.status, values, now)];
    const add = (sql: (n: string) => string, value: unknown): void => {
      values.push(value);
      where.push(sql(`$${values.length}`));
    };
    const [onlyKind, ...moreKinds] = filter.kinds ?? [];
    if (onlyKind !== undefined && moreKinds.length === 0) add((n) => `kind = ${n}`, onlyKind);
    else if (filter.kinds) add((n) => `kind = ANY (${n}::text[])`, filter.kinds);
    if (filter.assignee !== undefined) add((n) => `(holder = ${n} OR assignee = ${n})`, filter.assignee);
    if (filter.accountId !== undefined) add((n) => `account_id = ${n}`, filter.accountId);
    if (filter.overdue === true) add((n) => `due_at < ${n}`, now);
    if (filter.overdue === false) add((n) => `due_at >= ${n}`, now);
    if (after) {
      values.push(after[0], after[1]);
      where.push(`(due_at, id) > ($${values.length - 1}::timestamptz, $${values.length}::uuid)`);
    }
    const sql = `SELECT ${COLUMNS} FROM review_tasks WHERE ${where.join(' AND ')} ORDER BY due_at, id LIMIT $1`;
    return rows(tx, sql, values);
  }

  /** Counts by kind, each bounded by `atMost`. */
  counts(tx: Tx, kinds: readonly string[], now: Date, atMost: number): Promise<KindCounts[]> {
    const bounded = (condition: string): string =>
      `(SELECT count(*)::int FROM (SELECT 1 FROM review_tasks t WHERE t.kind = k AND ${LIVE} AND ${condition} LIMIT $3) AS some)`;
    return rows(
      tx,
      `SELECT k AS kind, ${bounded(FREE('$2'))} AS open,
              ${bounded(`state = 'claimed' AND lease_until > $2`)} AS claimed,
              ${bounded(`state = 'snoozed' AND snoozed_until > $2`)} AS snoozed,
              ${bounded('due_at < $2')} AS overdue,
              (SELECT min(due_at) FROM review_tasks t WHERE t.kind = k AND ${LIVE}) AS "oldestDueAt"
         FROM unnest($1::text[]) AS k`,
      [kinds, now, atMost],
    );
  }

  /** Adds people who may not handle a matter, releasing what one of them holds. */
  async exclude(tx: Tx, kind: string, subjectId: string, staffIds: readonly string[]): Promise<void> {
    await changed(
      tx,
      `UPDATE review_tasks SET
         excluded = ARRAY(SELECT DISTINCT unnest(excluded || $3::text[])),
         state = CASE WHEN holder = ANY ($3::text[]) THEN 'open' ELSE state END,
         lease_until = CASE WHEN holder = ANY ($3::text[]) THEN NULL ELSE lease_until END,
         holder = CASE WHEN holder = ANY ($3::text[]) THEN NULL ELSE holder END,
         version = version + 1
       WHERE kind = $1 AND subject_id = $2 AND ${LIVE} RETURNING id`,
      [kind, subjectId, staffIds],
    );
  }

  /** Every task of an account: for erasure. @returns how many went */
  async forgetAccount(tx: Tx, accountId: string): Promise<number> {
    return (await changed(tx, 'DELETE FROM review_tasks WHERE account_id = $1 RETURNING id', [accountId])).length;
  }
}

function stateClause(status: TaskState | undefined, values: unknown[], now: Date): string {
  const at = (): string => {
    values.push(now);
    return `$${values.length}`;
  };
  switch (status) {
    case undefined:
      return LIVE;
    case 'open':
      return `${LIVE} AND ${FREE(at())}`;
    case 'claimed':
      return `state = 'claimed' AND lease_until > ${at()}`;
    case 'snoozed':
      return `state = 'snoozed' AND snoozed_until > ${at()}`;
    case 'done':
    case 'cancelled':
      return `state IN ('done', 'cancelled') AND state = '${status}'`;
  }
}
