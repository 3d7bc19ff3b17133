import type { Caller } from '../../platform/callers/caller.js';
import type { PinnedPolicy } from './catalogue.js';
import { scopeKindOf } from './domain/hold.js';
import { retainedState } from './domain/retained-record-lifecycle.js';
import { RUN_LIFECYCLE } from './domain/run-lifecycle.js';
import type { HoldRow } from './hold.store.js';
import type { OpenedRecord } from './record-reader.js';
import type { ReadRow, RegisterRow } from './record.store.js';
import type { HoldDto } from './legal-holds.dto.js';
import type { ReadDto, RegisterEntryDto, RetainedRecordDto } from './retained-records.dto.js';
import type { RunDto, RunSummaryDto } from './retention-runs.dto.js';
import type { RecordClassDto, RetentionPolicyDto } from './retention.dto.js';
import type { RegisterLine } from './retention-register.js';
import type { RunView } from './retention-runs.js';
import { reportOf } from './report-of-run.js';
import type { RunRow } from './run.store.js';

/** Rows as the API tells them. A replayed answer brings its times as text, so every time goes through `iso`. */
const iso = (at: Date | string): string => new Date(at).toISOString();
const isoOrNull = (at: Date | string | null): string | null => (at === null ? null : iso(at));

export const policyDto = ({ version, sha256, policy }: PinnedPolicy): RetentionPolicyDto => ({
  version,
  sha256,
  recordClasses: policy.classes.map((c): RecordClassDto => ({
    recordClass: c.name,
    title: { ...c.title },
    atAccountEnd: c.ending,
    basis: c.keeping
      ? { kind: c.keeping.basis.kind, references: c.keeping.basis.references.map((r) => ({ ...r })) }
      : null,
    trigger: c.keeping?.trigger ?? null,
    period: c.keeping?.period ?? null,
    atExpiry: c.keeping?.atExpiry ?? null,
    readers: [...(c.keeping?.readers ?? [])],
    reason: c.keeping ? { ...c.keeping.reason } : null,
    liveFor: c.liveFor ?? null,
  })),
});

export const runSummaryDto = (r: RunRow): RunSummaryDto => ({
  id: r.id,
  dryRun: r.dry_run,
  state: r.state,
  cause: r.cause,
  policyVersion: r.policy_version,
  policySha256: r.policy_sha256,
  requestedAt: iso(r.requested_at),
  asOf: iso(r.as_of),
  startedAt: isoOrNull(r.started_at),
  finishedAt: isoOrNull(r.finished_at),
  reportSha256: r.report_sha256,
});

/** Who may steer a run; the routes say the same. */
const STEERING_ROLES = ['ops', 'admin'];

export function runDto({ run, classes }: RunView, caller: Caller, startedRunId?: string): RunDto {
  const report = reportOf(run, classes);
  const steers = caller.kind === 'staff' && caller.roles.some((role) => STEERING_ROLES.includes(role));
  const actions = RUN_LIFECYCLE.possible(run.state).filter((c) => steers && ['pause', 'resume', 'cancel'].includes(c));
  return {
    ...runSummaryDto(run),
    classes: [...report.classes],
    totals: report.totals,
    proposal: run.proposal,
    startedRunId: startedRunId ?? null,
    basedOn: run.based_on,
    actions: [...actions, ...(steers && startedRunId === undefined ? proposalActions(run, caller) : [])],
  };
}

/** One proposes, another starts. */
function proposalActions(run: RunRow, caller: Caller): string[] {
  if (!run.dry_run || run.state !== 'completed' || caller.kind !== 'staff') return [];
  if (run.proposal === null) return ['propose'];
  return run.proposal.by === caller.id ? [] : ['start'];
}

export const holdDto = (h: HoldRow, now: Date): HoldDto => ({
  id: h.id,
  scope: scopeKindOf({
    accountId: h.account_id ?? undefined,
    caseId: h.case_id ?? undefined,
    recordClasses: h.record_classes ?? undefined,
  }),
  accountId: h.account_id,
  caseId: h.case_id,
  recordClasses: h.record_classes,
  reason: h.reason,
  authority: h.authority,
  reference: h.reference,
  reviewAt: iso(h.review_at),
  reviewOverdue: h.released_at === null && new Date(h.review_at) <= now,
  placedBy: h.placed_by,
  placedAt: iso(h.placed_at),
  releasedBy: h.released_by,
  releasedAt: isoOrNull(h.released_at),
  releaseReason: h.release_reason,
});

const recordDto = (r: RegisterRow, now: Date): Omit<RetainedRecordDto, 'data' | 'unreadable'> => ({
  id: r.id,
  subject: r.account_id,
  recordClass: r.record_class,
  state: retainedState(r.expires_at, r.hold_ids.length, now),
  basis: { kind: r.basis.kind, references: r.basis.references.map((ref) => ({ ...ref })) },
  trigger: r.trigger_kind,
  triggerAt: iso(r.trigger_at),
  expiresAt: iso(r.expires_at),
  atExpiry: r.at_expiry,
  readers: r.readers,
  holds: r.hold_ids,
  itemCount: r.item_count,
  policySha256: r.policy_sha256,
  timesRead: r.read_count,
  lastReadAt: isoOrNull(r.last_read_at),
});

export const openedDto = ({ register, data, unreadable }: OpenedRecord, now: Date): RetainedRecordDto => ({
  ...recordDto(register, now),
  data,
  unreadable,
});

/** @param withReads whether to tell who opened the record, and when */
export const registerDto = (subject: string, e: RegisterLine, withReads: boolean): RegisterEntryDto => ({
  id: e.recordId,
  subject,
  recordClass: e.recordClass,
  title: e.title && { ...e.title },
  place: e.place,
  state: e.state,
  basis: e.basis && { kind: e.basis.kind, references: e.basis.references.map((ref) => ({ ...ref })) },
  reason: e.reason && { ...e.reason },
  trigger: e.trigger,
  triggerAt: iso(e.from),
  expiresAt: isoOrNull(e.until),
  atExpiry: e.atExpiry,
  readers: [...e.readers],
  holds: [...e.holds],
  itemCount: e.itemCount,
  policySha256: e.policySha256,
  inReceipt: e.inReceipt,
  destroyedAt: isoOrNull(e.destroyed?.at ?? null),
  destroyedBy: e.destroyed?.runId ?? null,
  timesRead: e.reads.length,
  reads: withReads ? e.reads.map(readDto) : [],
});

export const readDto = (r: ReadRow): ReadDto => ({
  readBy: r.reader_id,
  role: r.reader_role,
  purpose: r.purpose,
  reference: r.reference,
  readAt: iso(r.read_at),
});
