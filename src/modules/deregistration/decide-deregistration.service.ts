import { Injectable } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { type Page, pageOf } from '../../platform/http/paging.js';
import { ChangeDeregistrationService } from './change-deregistration.service.js';
import { DeregistrationConfig } from './deregistration.config.js';
import { DEREGISTRATION_ERRORS } from './deregistration.errors.js';
import type { Deregistration, Unit } from './deregistration.record.js';
import { DeregistrationStore, type ListFilter } from './deregistration.store.js';
import { type AutoApproval, autoApproval } from './domain/auto-approval.js';
import { blocks, obstaclesOf } from './domain/obstacles.js';
import { periodMs } from '../../kernel/period.js';
import { planProblems } from './domain/plan.js';
import { isReasonFor } from './domain/reasons.js';
import { type ComposedNotice, NotifyPersonService } from './notify-person.service.js';
import { ObligationStore } from './obligation.store.js';
import { PlanDeregistrationService, type ShownPlan } from './plan-deregistration.service.js';
import { AccountGate, EnforcementGate, ReviewGate } from './ports.js';
import { UnitStore } from './unit.store.js';

export interface Decision {
  readonly decision: 'approve' | 'reject';
  readonly reasonCode: string;
  readonly note: string | null;
  /** Hash of the plan that the reviewer saw; absent: the version alone says what was seen. */
  readonly planHash?: string | undefined;
}

export interface PreviewedDecision {
  readonly notice: ComposedNotice | undefined;
  readonly after: Deregistration;
  readonly finalNoticeLead: string;
}

export interface ReviewedDeregistration {
  readonly deregistration: Deregistration;
  /** Before approval: the plan as it would be made now. Afterwards: the plan that was approved. */
  readonly shown: ShownPlan;
  readonly units: readonly Unit[];
  readonly reason: string | null;
  readonly note: string | null;
}

/** Review (DER-2): a person decides on a plan, not on a name. */
@Injectable()
export class DecideDeregistrationService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: DeregistrationStore,
    private readonly units: UnitStore,
    private readonly obligations: ObligationStore,
    private readonly plans: PlanDeregistrationService,
    private readonly changes: ChangeDeregistrationService,
    private readonly accounts: AccountGate,
    private readonly reviews: ReviewGate,
    private readonly enforcement: EnforcementGate,
    private readonly person: NotifyPersonService,
    private readonly cipher: FieldCipher,
    private readonly config: DeregistrationConfig,
    private readonly clock: Clock,
  ) {}

  async view(id: string): Promise<ReviewedDeregistration> {
    return this.transactor.run(async (tx) => {
      const d = await this.required(tx, id);
      const { reason, note } = await this.store.sealedTexts(tx, id);
      return {
        deregistration: d,
        shown: await this.planOf(tx, d),
        units: await this.units.of(tx, id),
        reason: reason && this.cipher.openText(reason, columnContext('deregistrations', 'reason_sealed', id)),
        note: note && this.cipher.openText(note, columnContext('deregistrations', 'decision_note_sealed', id)),
      };
    });
  }

  async list(filter: ListFilter): Promise<Page<Deregistration>> {
    const found = await this.store.list(this.transactor.reader, { ...filter, limit: filter.limit + 1 });
    return pageOf(found, filter.limit, (d) => [d.dueAt, d.id]);
  }

  /**
   * Approves or rejects exactly what was seen: this version of the request, this hash of the plan (R44).
   * @throws DomainError plan_changed, own_application, stale_version, and what the review door says about the claim
   */
  async decide(id: string, version: number, decision: Decision, actor: Actor): Promise<Deregistration> {
    return this.transactor.run((tx) => this.decideIn(tx, id, version, decision, actor));
  }

  /** What the person would be sent and would read on their page, made by what sends and shows it. */
  async preview(
    id: string,
    { decision, reasonCode }: Pick<Decision, 'decision' | 'reasonCode'>,
  ): Promise<PreviewedDecision> {
    if (!isReasonFor(decision, reasonCode)) throw new DomainError(DEREGISTRATION_ERRORS.reason_not_in_catalogue);
    const { reader } = this.transactor;
    const d = await this.required(reader, id);
    const rejecting = decision === 'reject';
    return {
      notice: rejecting ? await this.person.compose(reader, d, 'rejected', { reason: reasonCode }) : undefined,
      after: { ...d, state: rejecting ? 'rejected' : 'approved', decisionReasonCode: reasonCode },
      finalNoticeLead: this.config.finalNoticeLead,
    };
  }

  async decideIn(tx: Tx, id: string, version: number, decision: Decision, actor: Actor): Promise<Deregistration> {
    if (!isReasonFor(decision.decision, decision.reasonCode)) {
      throw new DomainError(DEREGISTRATION_ERRORS.reason_not_in_catalogue);
    }
    const seen = await this.lockedWithAccount(tx, id);
    if (seen.version !== version) throw new DomainError(HTTP_ERRORS.stale_version);
    if (seen.requestedBy.id === actor.id) throw new DomainError(DEREGISTRATION_ERRORS.own_application);
    await this.reviews.requireClaim(tx, { deregistrationId: id, accountId: seen.accountId }, actor);
    const shown = await this.planOf(tx, seen);
    if (decision.planHash !== undefined && shown.hash !== decision.planHash) {
      throw new DomainError(DEREGISTRATION_ERRORS.plan_changed, { extra: { planHash: shown.hash } });
    }
    const after =
      decision.decision === 'approve'
        ? await this.approve(tx, seen, shown, decision, actor)
        : await this.reject(tx, seen, decision, actor);
    await this.reviews.finish(tx, { deregistrationId: id, accountId: seen.accountId }, actor, {
      code: decision.decision === 'approve' ? 'approved' : 'rejected',
      reasonCode: decision.reasonCode,
    });
    return after;
  }

  /**
   * End of cooling-off: a review task, or the configured policy's own approval, explained condition by condition.
   * The caller holds the account's lock.
   */
  async openReview(tx: Tx, seen: Deregistration, reviewDueAt: Date): Promise<void> {
    const ref = { deregistrationId: seen.id, accountId: seen.accountId };
    const shown = await this.planOf(tx, seen);
    const automatic = await this.automaticOf(tx, seen, shown);
    // Kept also where a person decides: they see what did not hold, or that this is the sample.
    const set = { next_due_at: null, automatic };
    const opened = await this.changes.move(tx, seen, 'open_review', SYSTEM, set, { as: 'reviewOpened' });
    if (automatic?.approve !== true) {
      return this.reviews.open(tx, ref, { at: reviewDueAt, provisional: seen.dueProvisional });
    }
    const reasonCode = neverBegan(opened) ? 'legal_duty' : 'automatic_policy';
    const decision = { decision: 'approve', reasonCode, note: null, planHash: shown.hash } as const;
    await this.approve(tx, opened, shown, decision, SYSTEM);
  }

  /** Null where the policy is off. What staff asked for is never approved by itself: it needs a second person. */
  private async automaticOf(tx: Tx, d: Deregistration, shown: ShownPlan): Promise<AutoApproval | null> {
    if (neverBegan(d)) return { approve: true, sampled: false, conditions: [] };
    if (!this.policy.enabled || d.requestedBy.kind === 'staff') return null;
    return autoApproval(this.policy, await this.facts(tx, d, shown), d.id);
  }

  private async approve(
    tx: Tx,
    seen: Deregistration,
    shown: ShownPlan,
    decision: Decision,
    actor: Actor,
  ): Promise<Deregistration> {
    const problems = planProblems(shown.plan);
    if (problems.length > 0) {
      const found = problems.join('; ');
      throw new DomainError(DEREGISTRATION_ERRORS.plan_not_executable, {
        detail: { en: found, zh: `方案有误：${found}` },
      });
    }
    const now = this.clock.now();
    const set = {
      ...this.decided(seen.id, decision, actor),
      approved_at: now,
      // Frozen here: a policy that changes later changes nothing for this person; holds always count (R20).
      plan: shown.plan,
      plan_hash: shown.hash,
      next_due_at: now,
    };
    const conditions = actor === SYSTEM ? { conditions: seen.automatic?.conditions ?? [] } : {};
    const data = { planHash: shown.hash, reasonCode: decision.reasonCode, ...conditions };
    return this.changes.move(tx, seen, 'approve', actor, set, { as: 'approved', data });
  }

  private async reject(tx: Tx, seen: Deregistration, decision: Decision, actor: Actor): Promise<Deregistration> {
    const set = { ...this.changes.closing(), ...this.decided(seen.id, decision, actor) };
    const data = { reasonCode: decision.reasonCode };
    const after = await this.changes.move(tx, seen, 'reject', actor, set, { as: 'rejected', data });
    await this.accounts.restore(tx, seen.accountId, seen.accountStateBefore, actor);
    await this.person.tell(tx, after, 'rejected', { reason: decision.reasonCode });
    return after;
  }

  private decided(
    id: string,
    { reasonCode, note }: Decision,
    actor: Actor,
  ): { decided_at: Date; decided_by: Actor; decision_reason_code: string; decision_note_sealed: Buffer | null } {
    return {
      decided_at: this.clock.now(),
      decided_by: actor,
      decision_reason_code: reasonCode,
      decision_note_sealed:
        note === null ? null : this.cipher.seal(note, columnContext('deregistrations', 'decision_note_sealed', id)),
    };
  }

  private async planOf(tx: Tx, d: Deregistration): Promise<ShownPlan> {
    if (d.plan !== null && d.planHash !== null) return this.plans.frozen(d.plan, d.planHash);
    return this.plans.of(tx, d.accountId, d.toldConsents);
  }

  private get policy(): Parameters<typeof autoApproval>[0] {
    const {
      autoApproval: enabled,
      autoApprovalConditions: conditions,
      autoApprovalSample: samplePercent,
    } = this.config;
    return { enabled, conditions, samplePercent };
  }

  private async facts(tx: Tx, d: Deregistration, shown: ShownPlan): Promise<Parameters<typeof autoApproval>[1]> {
    const { openCase, sanctioned } = await this.enforcement.facts(tx, d.accountId);
    const freshness = periodMs(this.config.obligationFreshness);
    const obstacles = obstaclesOf(await this.obligations.of(tx, d.accountId), this.clock.now(), freshness);
    return {
      no_obstacle: !blocks(obstacles),
      no_hold: shown.plan.classes.every((c) => c.holds.length === 0),
      no_open_case: !openCase,
      not_sanctioned: !sanctioned,
      adult: (await this.accounts.look(tx, d.accountId)).adult,
      own_request: d.requestedBy.kind === 'account',
    };
  }

  private async lockedWithAccount(tx: Tx, id: string): Promise<Deregistration> {
    const found = await this.required(tx, id);
    await this.accounts.lock(tx, found.accountId);
    return this.required(tx, id, true);
  }

  private async required(tx: Tx, id: string, lock = false): Promise<Deregistration> {
    const found = lock ? await this.store.findLocked(tx, id) : await this.store.find(tx, id);
    if (found === undefined) throw new DomainError(HTTP_ERRORS.not_found);
    return found;
  }
}

/** A minor's account that no guardian ever consented to: there is nothing to weigh, it must go (2.1; PIPL 31, 47). */
const neverBegan = (d: Deregistration): boolean =>
  d.requestedBy.kind === 'system' && d.accountStateBefore === 'awaiting_guardian';
