import { Injectable } from '@nestjs/common';
import { changed, post, row, rows } from '../../platform/database/sql.js';
import { type Tx, violates } from '../../platform/database/transactor.js';
import type { ReviewTaskState } from './domain/review-task-lifecycle.js';

export interface ReviewTask {
  readonly id: string;
  readonly accountId: string | null;
  readonly kind: string;
  readonly subjectId: string;
  readonly state: ReviewTaskState;
  readonly version: number;
  readonly priority: number;
  readonly dueAt: Date;
  /** The due time leaves the published working-day calendar and may move. */
  readonly provisionalDue: boolean;
  readonly roles: readonly string[];
  readonly conflictIds: readonly string[];
  /** Ids and codes that name the work to a person; no personal data. */
  readonly refs: Readonly<Record<string, unknown>>;
  readonly assignee: string | null;
  readonly claimedAt: Date | null;
  readonly leaseUntil: Date | null;
  readonly reservedFor: string | null;
  readonly handoverReason: string | null;
  readonly snoozedUntil: Date | null;
  /** A decision waits out its undo window until then. */
  readonly decidingUntil: Date | null;
  readonly escalatedAt: Date | null;
  readonly escalatedBy: string | null;
  readonly escalationReason: string | null;
  readonly changedBy: string;
  readonly change: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly endedAt: Date | null;
}

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

const COLUMNS = `id, account_id AS "accountId", kind, subject_id AS "subjectId", state, version, priority, due_at AS "dueAt",
  provisional_due AS "provisionalDue", roles, conflict_ids AS "conflictIds", refs, assignee, claimed_at AS "claimedAt",
  lease_until AS "leaseUntil", reserved_for AS "reservedFor", handover_reason AS "handoverReason", snoozed_until AS "snoozedUntil", escalated_at AS "escalatedAt",
  escalated_by AS "escalatedBy", escalation_reason AS "escalationReason", changed_by AS "changedBy", change,
  created_at AS "createdAt", updated_at AS "updatedAt", ended_at AS "endedAt", deciding_until AS "decidingUntil"`;

const LIVE = `state IN ('open', 'claimed', 'snoozed')`;
const CLAIMABLE = `(state = 'open' OR (state = 'claimed' AND lease_until <= $NOW AND deciding_until IS NULL) OR (state = 'snoozed' AND snoozed_until <= $NOW))`;
const claimableAt = (parameter: string): string => CLAIMABLE.replaceAll('$NOW', parameter);

const SAVE = `UPDATE review_tasks SET state = $3, assignee = $4, claimed_at = $5, lease_until = $6, reserved_for = $7,
         snoozed_until = $8, escalated_at = $9, escalated_by = $10, escalation_reason = $11, priority = $12, conflict_ids = $13,
         roles = $14, due_at = $15::timestamptz, due_hour = date_trunc('hour', $15::timestamptz, 'UTC'), ended_at = $16,
         deciding_until = CASE WHEN $3 = 'claimed' THEN deciding_until END, version = version + 1, changed_by = $17,
         change = $18, updated_at = $19, handover_reason = $20, provisional_due = $21
   WHERE id = $1 AND version = $2`;

const savedValues = (t: ReviewTask, by: string, change: string, now: Date): unknown[] => [
  t.id,
  t.version,
  t.state,
  t.assignee,
  t.claimedAt,
  t.leaseUntil,
  t.reservedFor,
  t.snoozedUntil,
  t.escalatedAt,
  t.escalatedBy,
  t.escalationReason,
  t.priority,
  t.conflictIds,
  t.roles,
  t.dueAt,
  t.endedAt,
  by,
  change,
  now,
  t.handoverReason,
  t.provisionalDue,
];

@Injectable()
export class ReviewStore {
  /** @returns false when the subject has a live task of this kind already */
  async insert(tx: Tx, t: ReviewTask): Promise<boolean> {
    const added = await changed(
      tx,
      `INSERT INTO review_tasks (id, account_id, kind, subject_id, state, version, priority, due_at, due_hour, provisional_due,
              roles, conflict_ids, refs, reserved_for, changed_by, change, created_at, updated_at)
       VALUES ($1, $2, $3, $4, 'open', 1, $5, $6::timestamptz, date_trunc('hour', $6::timestamptz, 'UTC'), $7, $8, $9, $10::jsonb,
               $11, $12, 'opened', $13, $13)
       ON CONFLICT (subject_id, kind) WHERE ${LIVE} DO NOTHING RETURNING id`,
      [
        t.id,
        t.accountId,
        t.kind,
        t.subjectId,
        t.priority,
        t.dueAt,
        t.provisionalDue,
        t.roles,
        t.conflictIds,
        JSON.stringify(t.refs),
        t.reservedFor,
        t.changedBy,
        t.createdAt,
      ],
    );
    return added.length === 1;
  }

  find(tx: Tx, id: string): Promise<ReviewTask | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM review_tasks WHERE id = $1`, [id]);
  }

  lock(tx: Tx, id: string): Promise<ReviewTask | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM review_tasks WHERE id = $1 FOR UPDATE`, [id]);
  }

  lockLive(tx: Tx, subjectId: string, kind: string): Promise<ReviewTask | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM review_tasks WHERE subject_id = $1 AND kind = $2 AND ${LIVE} FOR UPDATE`, [
      subjectId,
      kind,
    ]);
  }

  /** The newest task of a subject, live or ended. */
  lastOf(tx: Tx, subjectId: string, kind: string): Promise<ReviewTask | undefined> {
    return row(
      tx,
      `SELECT ${COLUMNS} FROM review_tasks WHERE subject_id = $1 AND kind = $2 ORDER BY created_at DESC, id DESC LIMIT 1`,
      [subjectId, kind],
    );
  }

  lockLiveOfSubject(tx: Tx, subjectId: string): Promise<ReviewTask[]> {
    return rows(tx, `SELECT ${COLUMNS} FROM review_tasks WHERE subject_id = $1 AND ${LIVE} ORDER BY id FOR UPDATE`, [
      subjectId,
    ]);
  }

  /** The best task for a person, locked; what others are taking this moment is passed over. */
  next(
    tx: Tx,
    by: { id: string; roles: readonly string[] },
    kinds: readonly string[],
    except: readonly string[],
    now: Date,
  ): Promise<ReviewTask | undefined> {
    return row(
      tx,
      `SELECT ${COLUMNS} FROM review_tasks
        WHERE ${LIVE} AND ${claimableAt('$1')} AND (cardinality($2::text[]) = 0 OR kind = ANY($2))
          AND NOT ($3 = ANY (conflict_ids)) AND roles && $4::text[] AND (reserved_for IS NULL OR reserved_for = $3)
          AND NOT (id = ANY ($5::uuid[]))
        ORDER BY due_hour, priority DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [now, kinds, by.id, by.roles, except],
    );
  }

  /** One statement decides who gets it (invariant 10). @returns undefined when somebody else was first */
  async claim(
    tx: Tx,
    id: string,
    version: number,
    by: string,
    now: Date,
    until: Date,
  ): Promise<ReviewTask | undefined> {
    const [claimed] = await changed<ReviewTask>(
      tx,
      `UPDATE review_tasks SET state = 'claimed', assignee = $3, claimed_at = $4, lease_until = $5, snoozed_until = NULL,
              reserved_for = NULL, version = version + 1, changed_by = $3, change = 'claimed', updated_at = $4
        WHERE id = $1 AND version = $2 AND ${claimableAt('$4')} RETURNING ${COLUMNS}`,
      [id, version, by, now, until],
    );
    return claimed;
  }

  /** A heartbeat is no change that anybody else must see: the version stays. */
  async extend(tx: Tx, id: string, by: string, now: Date, until: Date): Promise<ReviewTask | undefined> {
    const [extended] = await changed<ReviewTask>(
      tx,
      `UPDATE review_tasks SET lease_until = greatest(lease_until, $4)
        WHERE id = $1 AND assignee = $2 AND state = 'claimed' AND (lease_until > $3 OR deciding_until IS NOT NULL) RETURNING ${COLUMNS}`,
      [id, by, now, until],
    );
    return extended;
  }

  /** @returns undefined when the version is not that any more */
  async save(tx: Tx, t: ReviewTask, by: string, change: string, now: Date): Promise<ReviewTask | undefined> {
    const [saved] = await changed<ReviewTask>(tx, `${SAVE} RETURNING ${COLUMNS}`, savedValues(t, by, change, now));
    return saved;
  }

  /** A task that this transaction has locked: it is the one that was read, and nobody waits to hear so. */
  async saveLocked(tx: Tx, t: ReviewTask, by: string, change: string, now: Date): Promise<ReviewTask> {
    await post(tx, SAVE, savedValues(t, by, change, now));
    const decidingUntil = t.state === 'claimed' ? t.decidingUntil : null;
    return { ...t, decidingUntil, version: t.version + 1, changedBy: by, change, updatedAt: now };
  }

  /** A decision was given and waits: the claim holds at least until then, and who looks at the task sees it. */
  async hold(tx: Tx, id: string, by: string, decidingUntil: Date, leaseUntil: Date, now: Date): Promise<void> {
    await changed(
      tx,
      `UPDATE review_tasks SET deciding_until = $3, lease_until = greatest(lease_until, $4), version = version + 1,
              changed_by = $2, change = 'decision_held', updated_at = $5
        WHERE id = $1 AND state = 'claimed' AND assignee = $2 RETURNING id`,
      [id, by, decidingUntil, leaseUntil, now],
    );
  }

  /** The decision was taken back or came to nothing: its author has the task again. @returns undefined: it had ended */
  async unhold(
    tx: Tx,
    id: string,
    by: string,
    change: string,
    leaseUntil: Date,
    now: Date,
  ): Promise<ReviewTask | undefined> {
    const [again] = await changed<ReviewTask>(
      tx,
      `UPDATE review_tasks SET deciding_until = NULL, lease_until = $3, version = version + 1,
              changed_by = $2, change = $4, updated_at = $5
        WHERE id = $1 AND state = 'claimed' AND assignee = $2 AND deciding_until IS NOT NULL RETURNING ${COLUMNS}`,
      [id, by, leaseUntil, change, now],
    );
    return again;
  }

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

  /** True when the row itself refused somebody who is part of the matter. */
  isConflict(error: unknown): boolean {
    return violates(error, 'review_tasks_no_conflict');
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

/** For a refusal: who did what to it, and when. */
export const whoAndWhen = (task: ReviewTask): Record<string, unknown> => ({
  taskId: task.id,
  version: task.version,
  state: task.state,
  changedBy: task.changedBy,
  change: task.change,
  changedAt: task.updatedAt.toISOString(),
  ...(task.assignee === null ? {} : { assignee: task.assignee, leaseUntil: task.leaseUntil?.toISOString() ?? null }),
});
