import type { Obstacle } from './domain/obstacles.js';
import { isWithdrawable } from './domain/deregistration-lifecycle.js';
import { rejectionReason } from './domain/reasons.js';
import { executableAt } from './domain/timeline.js';
import type { Preview } from './apply-deregistration.service.js';
import type { PreviewedDecision, ReviewedDeregistration } from './decide-deregistration.service.js';
import type { KeptClassDto } from './deregistration-receipt.dto.js';
import type { KeptClass } from './ports.js';
import type { PlanDto, ToldConsentDto } from './deregistration-plan.dto.js';
import type {
  DeregistrationDto,
  DeregistrationItemDto,
  DeregistrationPreviewDto,
  UnitDto,
} from './deregistration-review.dto.js';
import type { ObstacleDto, PreviewDto, StatusDto } from './my-deregistration.dto.js';
import { type Deregistration, EXPIRED_RECEIPT, type ToldConsent, type Unit } from './deregistration.record.js';
import type { ShownPlan } from './plan-deregistration.service.js';

const iso = (at: Date | null | undefined): string | null => at?.toISOString() ?? null;

export function planView({ plan, hash, forecast, titles }: ShownPlan): PlanDto {
  return {
    planHash: hash,
    policyVersion: plan.policy.version,
    policySha256: plan.policy.sha256,
    classes: plan.classes.map((c) => {
      const expected = forecast.find((f) => f.recordClass === c.recordClass);
      return {
        recordClass: c.recordClass,
        title: expected?.title ?? titles?.[c.recordClass] ?? null,
        disposition: c.disposition,
        count: expected?.count ?? null,
        basis: c.basis && { kind: c.basis.kind, references: [...c.basis.references] },
        reason: c.reason,
        until: expected?.until ?? null,
        // A plan that was frozen by a version before does not say.
        period: c.period ?? null,
        atExpiry: c.atExpiry ?? null,
        readers: [...c.readers],
        holds: [...c.holds],
      };
    }),
    participants: plan.participants.map((p) => p.name),
  };
}

export const obstacleView = (o: Obstacle): ObstacleDto => ({ ...o, reportedAt: o.reportedAt.toISOString() });

export const previewView = (p: Preview, config: { coolingOff: string; legalLimitWorkingDays: number }): PreviewDto => ({
  mayApply: p.mayApply,
  plan: planView(p),
  obstacles: p.obstacles.map(obstacleView),
  needsAgreement: [...p.needsAgreement],
  coolingOff: config.coolingOff,
  decidedWithinWorkingDays: config.legalLimitWorkingDays,
});

/** For the person: what is going on, honestly, and what they can do. */
export function statusView(d: Deregistration, finalNoticeLead: string, now: Date): StatusDto {
  const rejected = d.state === 'rejected' ? rejectionReason(d.decisionReasonCode ?? '') : undefined;
  return {
    id: d.id,
    asOf: now.toISOString(),
    state: d.state,
    requestedAt: d.requestedAt.toISOString(),
    coolingOffEndsAt: d.coolingOffEndsAt.toISOString(),
    dueDay: d.dueDay,
    dueAt: d.dueAt.toISOString(),
    dueProvisional: d.dueProvisional,
    withdrawable: isWithdrawable(d.state),
    executableFrom: iso(executableAt(d.finalNoticeAt, finalNoticeLead)),
    executionStartedAt: iso(d.executionStartedAt),
    completedAt: d.state === 'completed' ? iso(d.completedAt) : null,
    partialSince: iso(d.partialSince),
    unfinished: [...(d.partialReasons ?? [])],
    reasonCode: rejected?.code ?? null,
    reason: rejected ? { zh: rejected.zh, en: rejected.en } : null,
    nextStep: rejected?.nextStep ?? null,
    receiptReady: d.state === 'completed' && d.receipt !== EXPIRED_RECEIPT,
    agreed: d.toldConsents.map(agreedView),
    automatic: d.approvedAt !== null && d.automatic?.approve === true ? [...d.automatic.conditions] : null,
  };
}

const agreedView = ({ recordClass, digest, told, agreedAt }: ToldConsent): ToldConsentDto => ({
  recordClass,
  title: told.title ?? null,
  reason: told.reason,
  basis: told.basis && { kind: told.basis.kind, references: [...told.basis.references] },
  period: told.period ?? null,
  until: told.until ?? null,
  readers: [...told.readers],
  digest,
  agreedAt,
});

export const keptView = (k: KeptClass): KeptClassDto => ({
  recordClass: k.recordClass,
  title: k.title && { ...k.title },
  state: k.state,
  basis: k.basis && { kind: k.basis.kind, references: k.basis.references.map((r) => ({ ...r })) },
  reason: k.reason && { ...k.reason },
  from: k.from.toISOString(),
  until: iso(k.until),
  readers: [...k.readers],
  destroyedAt: iso(k.destroyedAt),
});

/** Shows only the end of the number: who decides does not need all of it. */
export const decisionPreviewView = (
  { notice, after, finalNoticeLead }: PreviewedDecision,
  now: Date,
): DeregistrationPreviewDto => ({
  notice:
    notice === undefined
      ? null
      : {
          to: `…${notice.to.slice(-4)}`,
          template: notice.template,
          language: notice.locale,
          params: notice.params,
        },
  page: statusView(after, finalNoticeLead, now),
});

export const itemView = (d: Deregistration, now: Date): DeregistrationItemDto => ({
  id: d.id,
  accountId: d.accountId,
  state: d.state,
  version: d.version,
  requestedBy: d.requestedBy.kind,
  ground: d.ground,
  requestedAt: d.requestedAt.toISOString(),
  dueAt: d.dueAt.toISOString(),
  dueProvisional: d.dueProvisional,
  overdue: d.closedAt === null && d.dueAt < now,
});

const unitView = (u: Unit): UnitDto => ({
  phase: u.phase,
  unit: u.unit,
  state: u.state,
  attempts: u.attempts,
  nextAttemptAt: u.state === 'done' || u.state === 'deferred' ? null : iso(u.nextAttemptAt),
  doneAt: iso(u.doneAt),
  lastError: u.lastError,
  found: foundBy(u),
});

/**
 * Where the check after erasure still found something: names of tables and columns, for the operator who repairs it.
 */
function foundBy({ result }: Unit): string[] {
  const found = result?.['found'];
  return Array.isArray(found) ? found.map(String) : [];
}

export function reviewView(
  { deregistration: d, shown, units, reason, note }: ReviewedDeregistration,
  now: Date,
): DeregistrationDto {
  return {
    ...itemView(d, now),
    accountStateBefore: d.accountStateBefore,
    reason,
    plan: planView(shown),
    agreed: d.toldConsents.map(agreedView),
    units: units.map(unitView),
    decidedAt: iso(d.decidedAt),
    decidedBy: d.decidedBy && { ...d.decidedBy },
    decisionReasonCode: d.decisionReasonCode,
    note,
    automatic: d.automatic && { ...d.automatic },
    finalNoticeAt: iso(d.finalNoticeAt),
    executionStartedAt: iso(d.executionStartedAt),
    completedAt: iso(d.completedAt),
    unfinished: [...(d.partialReasons ?? [])],
  };
}
