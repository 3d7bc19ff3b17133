import { Injectable } from '@nestjs/common';
import { changed, post, row, rows } from '../../platform/database/sql.js';
import { type Tx, violates } from '../../platform/database/transactor.js';
import { claimableAt, COLUMNS, LIVE, type ReviewTask } from './review-task.record.js';
import { skippedBy } from './task-skips.store.js';

const SAVE = `UPDATE review_tasks SET state = $3, assignee = $4, claimed_at = $5, lease_until = $6, reserved_for = $7,
         snoozed_until = $8, escalated_at = $9, escalated_by = $10, escalation_reason = $11, priority = $12, conflict_ids = $13,
         roles = $14, due_at = $15::timestamptz, due_hour = date_trunc('hour', $15::timestamptz, 'UTC'), ended_at = $16,
         deciding_until = CASE WHEN $3 = 'claimed' THEN deciding_until END, version = version + 1, changed_by = $17,
         change = $18, updated_at = $19, handover_reason = $20, provisional_due = $21,
         outcome = coalesce($22::jsonb, outcome)
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
  t.outcome === null ? null : JSON.stringify(t.outcome),
];

/** What a person could be dealt now: `$1` now, `$2` kinds, `$3` who, `$4` their roles. */
const FOR_ME = `${LIVE} AND ${claimableAt('$1')} AND (cardinality($2::text[]) = 0 OR kind = ANY($2))
          AND NOT ($3::text = ANY (conflict_ids)) AND roles && $4::text[] AND (reserved_for IS NULL OR reserved_for = $3)`;

/** The best task for a person; exported so that its plan can be looked at. `$5`: not these. */
export const NEXT_SQL = `SELECT ${COLUMNS} FROM review_tasks
        WHERE ${FOR_ME} AND NOT (id = ANY ($5::uuid[])) AND NOT ${skippedBy('$3')}
        ORDER BY due_hour, priority DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED`;

/** How many they could be dealt if they had not skipped them; `$5`: counting stops there. */
const SKIPPED_SQL = `SELECT count(*)::int AS n FROM (SELECT 1 FROM review_tasks
        WHERE id = ANY (ARRAY(SELECT task_id FROM task_skips WHERE staff_id = $3 AND ended_at IS NULL)) AND ${FOR_ME}
        LIMIT $5) x`;

/** One task at a time: written, locked, taken. */
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
    return row(tx, NEXT_SQL, [now, kinds, by.id, by.roles, except]);
  }

  /** What is left for them once nothing else is. */
  async countSkipped(
    tx: Tx,
    by: { id: string; roles: readonly string[] },
    kinds: readonly string[],
    bound: number,
    now: Date,
  ): Promise<number> {
    const counted = await row<{ n: number }>(tx, SKIPPED_SQL, [now, kinds, by.id, by.roles, bound]);
    return counted?.n ?? 0;
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

  /** True when the row itself refused somebody who is part of the matter. */
  isConflict(error: unknown): boolean {
    return violates(error, 'review_tasks_no_conflict');
  }
}
