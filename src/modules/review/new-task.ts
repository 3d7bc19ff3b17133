import type { Actor } from '../../kernel/actor.js';
import { newId } from '../../kernel/ids.js';
import { type ReviewTask, UNCLAIMED } from './review-task.record.js';

export interface NewReviewTask {
  /** The queue: `case`, `appeal`, `deregistration`, … */
  readonly kind: string;
  /** Id of what is to be examined; one live task per kind and subject. */
  readonly subjectId: string;
  readonly accountId?: string | undefined;
  readonly dueAt: Date;
  /** The due time leaves the published working-day calendar and may move. */
  readonly provisionalDue?: boolean;
  /** 0 to 100; 50 is ordinary. */
  readonly priority?: number;
  /** Staff roles that may take it. */
  readonly roles?: readonly string[];
  /** Staff who are part of the matter (invariant 9). */
  readonly conflictIds?: readonly string[];
  /** Ids and codes that name the work to a person; no personal data. */
  readonly refs?: Readonly<Record<string, unknown>>;
  readonly by?: Actor;
}

const ORDINARY = 50;
const EVERYBODY = ['moderator', 'senior_moderator'] as const;

/** As it is when it is opened. */
export function newTask(what: NewReviewTask, by: string, now: Date): ReviewTask {
  return {
    id: newId(),
    accountId: what.accountId ?? null,
    kind: what.kind,
    subjectId: what.subjectId,
    state: 'open',
    version: 1,
    priority: what.priority ?? ORDINARY,
    dueAt: what.dueAt,
    provisionalDue: what.provisionalDue ?? false,
    roles: what.roles ?? EVERYBODY,
    conflictIds: what.conflictIds ?? [],
    refs: what.refs ?? {},
    ...UNCLAIMED,
    reservedFor: null,
    escalatedAt: null,
    escalatedBy: null,
    escalationReason: null,
    handoverReason: null,
    changedBy: by,
    change: 'opened',
    createdAt: now,
    updatedAt: now,
    endedAt: null,
    decidingUntil: null,
    outcome: null,
  };
}
