import type { ReviewTaskState } from './domain/review-task-lifecycle.js';
import type { TaskOutcome } from './domain/task-outcome.js';

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
  /** Null while it lives. */
  readonly outcome: TaskOutcome | null;
}

/** Nobody's any more. */
export const UNCLAIMED = { assignee: null, claimedAt: null, leaseUntil: null, snoozedUntil: null } as const;

/** From now on a senior moderator takes it, before others. */
export const handedUp = (
  task: ReviewTask,
  boost: number,
  { by, reason, now }: { by: string; reason: string; now: Date },
): ReviewTask => ({
  ...task,
  ...UNCLAIMED,
  reservedFor: null,
  roles: [...new Set([...task.roles.filter((role) => role !== 'moderator'), 'senior_moderator'])],
  priority: Math.min(100, task.priority + boost),
  escalatedAt: now,
  escalatedBy: by,
  escalationReason: reason,
});

/** For a refusal: who did what to it, and when. */
export const whoAndWhen = (task: ReviewTask): Record<string, unknown> => ({
  taskId: task.id,
  version: task.version,
  state: task.state,
  changedBy: task.changedBy,
  change: task.change,
  changedAt: task.updatedAt.toISOString(),
  ...(task.outcome === null ? {} : { outcome: task.outcome }),
  ...(task.assignee === null ? {} : { assignee: task.assignee, leaseUntil: task.leaseUntil?.toISOString() ?? null }),
});

/** The columns of a task, as a `ReviewTask` names them. */
export const COLUMNS = `id, account_id AS "accountId", kind, subject_id AS "subjectId", state, version, priority, due_at AS "dueAt",
  provisional_due AS "provisionalDue", roles, conflict_ids AS "conflictIds", refs, assignee, claimed_at AS "claimedAt",
  lease_until AS "leaseUntil", reserved_for AS "reservedFor", handover_reason AS "handoverReason", snoozed_until AS "snoozedUntil", escalated_at AS "escalatedAt",
  escalated_by AS "escalatedBy", escalation_reason AS "escalationReason", changed_by AS "changedBy", change,
  created_at AS "createdAt", updated_at AS "updatedAt", ended_at AS "endedAt", deciding_until AS "decidingUntil", outcome`;

export const LIVE = `state IN ('open', 'claimed', 'snoozed')`;
const CLAIMABLE = `(state = 'open' OR (state = 'claimed' AND lease_until <= $NOW AND deciding_until IS NULL) OR (state = 'snoozed' AND snoozed_until <= $NOW))`;
export const claimableAt = (parameter: string): string => CLAIMABLE.replaceAll('$NOW', parameter);
