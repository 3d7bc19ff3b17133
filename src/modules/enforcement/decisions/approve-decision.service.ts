import { Injectable } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../../kernel/actor.js';
import { digestOf } from '../../../kernel/canonical-json.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { ReviewService } from '../../review/review.service.js';
import { OpenCaseService } from '../cases/open-case.service.js';
import { WorkCaseService } from '../cases/work-case.service.js';
import { sanctionLifecycle } from '../domain/sanction-lifecycle.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { SealedTexts } from '../sealed-texts.js';
import { ApplySanctionsService } from '../sanctions/apply-sanctions.service.js';
import { measuresOf } from '../sanctions/impositions.js';
import { type SanctionRecord, SanctionsStore } from '../sanctions/sanctions.store.js';
import { type DecisionRecord, DecisionsStore } from './decisions.store.js';
import { DraftDecisionService } from './draft-decision.service.js';
import { APPROVAL_TASK, EffectDecisionService, type Matter } from './effect-decision.service.js';

/** The second person (invariant 9): approves, declines, or lets it lapse. */
@Injectable()
export class ApproveDecisionService {
  constructor(
    private readonly transactor: Transactor,
    private readonly accounts: AccountsService,
    private readonly decisions: DecisionsStore,
    private readonly sanctions: SanctionsStore,
    private readonly applying: ApplySanctionsService,
    private readonly effecting: EffectDecisionService,
    private readonly drafting: DraftDecisionService,
    private readonly texts: SealedTexts,
    private readonly review: ReviewService,
    private readonly opening: OpenCaseService,
    private readonly work: WorkCaseService,
    private readonly clock: Clock,
  ) {}

  answer(
    once: Once,
    decisionId: string,
    answer: { approved: boolean; note: string },
    actor: Actor,
  ): Promise<{ id: string }> {
    return this.transactor.once(once, (tx) => this.answerIn(tx, decisionId, answer, actor));
  }

  async answerIn(
    tx: Tx,
    decisionId: string,
    answer: { approved: boolean; note: string },
    actor: Actor,
  ): Promise<{ id: string }> {
    const waiting = await this.lockWaiting(tx, decisionId);
    const { decision } = waiting;
    if (decision.decidedBy === actor.id) throw new DomainError(ENFORCEMENT_ERRORS.second_person_required);
    await this.review.takeAndComplete(tx, { kind: APPROVAL_TASK, subjectId: decisionId }, actor, {
      code: answer.approved ? 'approved' : 'declined',
      clauses: decision.clauses,
      measures: measuresOf(await this.sanctions.ofDecision(tx, decisionId)),
    });
    if (answer.approved) await this.approve(tx, waiting, answer.note, actor);
    else await this.holdBack(tx, decision, 'declined', actor, answer.note);
    return { id: decisionId };
  }

  /**
   * Whoever decided takes it back while it waits; the case is theirs to decide anew. Nobody was told, so nobody is.
   * @throws DomainError decision_not_found, not_awaiting_approval, not_your_decision
   */
  withdraw(once: Once, decisionId: string, reason: string, actor: Actor): Promise<{ id: string }> {
    return this.transactor.once(once, async (tx) => {
      const { decision } = await this.lockWaiting(tx, decisionId);
      if (decision.decidedBy !== actor.id) throw new DomainError(ENFORCEMENT_ERRORS.not_your_decision);
      await this.review.cancel(tx, { kind: APPROVAL_TASK, subjectId: decisionId }, actor, 'withdrawn');
      await this.holdBack(tx, decision, 'withdrawn', actor, reason);
      return { id: decisionId };
    });
  }

  /** Nobody approved in time: one batch. */
  async lapseUnapproved(limit: number): Promise<number> {
    const due = await this.decisions.claimUnapproved(this.transactor.reader, this.clock.now(), limit);
    let lapsed = 0;
    for (const { id } of due) {
      await this.transactor.run(async (tx) => {
        const decision = (await this.lockWaiting(tx, id).catch(() => undefined))?.decision;
        if (decision === undefined) return;
        await this.review.cancel(tx, { kind: APPROVAL_TASK, subjectId: id }, SYSTEM, 'lapsed');
        await this.holdBack(tx, decision, 'lapsed', SYSTEM, 'nobody approved in time');
        lapsed += 1;
      });
    }
    return lapsed;
  }

  private async approve(tx: Tx, { decision, account, found }: Waiting, note: string, actor: Actor): Promise<void> {
    const now = this.clock.now();
    const scheduled: SanctionRecord[] = [];
    for (const sanction of await this.sanctions.lockOfDecision(tx, decision.id)) {
      const state = sanctionLifecycle.move(sanction.state, 'approve');
      // What should have begun while it waited begins now, and lasts as long as was decided.
      const late = Math.max(0, now.getTime() - sanction.startsAt.getTime());
      const shifted = (at: Date | null): Date | null => (at === null ? null : new Date(at.getTime() + late));
      const next = {
        ...sanction,
        state,
        startsAt: new Date(sanction.startsAt.getTime() + late),
        endsAt: shifted(sanction.endsAt),
      };
      const saved = await this.sanctions.save(tx, next);
      if (saved !== undefined) scheduled.push(saved);
    }
    const approved = await this.decisions.move(tx, decision.id, 'awaiting_approval', 'effective', {
      approvedBy: actor.id,
      effectiveAt: now,
      ...this.issue(decision, scheduled, actor, now),
    });
    if (approved === undefined) throw new DomainError(ENFORCEMENT_ERRORS.not_awaiting_approval);
    await this.effecting.takeEffect(tx, approved, { found, account }, scheduled, actor);
    await this.effecting.note(tx, 'decision.approved', approved, actor, {}, { note });
  }

  /** The statement of reasons is given now, with the times that the measures have now. */
  private issue(
    decision: DecisionRecord,
    sanctions: readonly SanctionRecord[],
    approvedBy: Actor,
    at: Date,
  ): { statement?: { sealed: Buffer; digest: string } } {
    const { id } = decision;
    const proposed = this.texts.open<Record<string, unknown>>('decisions', id, decision.sealed);
    if (proposed === null) return {};
    const statement = this.drafting.issue(proposed, decision, sanctions, approvedBy, at);
    return { statement: { sealed: this.texts.seal('decisions', id, statement), digest: digestOf(statement) } };
  }

  private async holdBack(
    tx: Tx,
    decision: DecisionRecord,
    to: 'declined' | 'lapsed' | 'withdrawn',
    actor: Actor,
    note: string,
  ): Promise<void> {
    const now = this.clock.now();
    const change = to === 'declined' ? { approvedBy: actor.id, endedAt: now } : { endedAt: now };
    const held = await this.decisions.move(tx, decision.id, 'awaiting_approval', to, change);
    if (held === undefined) throw new DomainError(ENFORCEMENT_ERRORS.not_awaiting_approval);
    for (const sanction of await this.sanctions.lockOfDecision(tx, decision.id))
      await this.applying.decline(tx, sanction, actor);
    const found = await this.work.mustLock(tx, decision.caseId);
    // Reports that came while it waited opened a case of the same matter: both go on as one.
    const whole = await this.work.takeIn(tx, found, actor);
    const back = await this.work.move(tx, whole, 'hold_back', actor, { decidedAt: null });
    await this.opening.openTask(tx, back);
    await this.effecting.note(tx, HELD_BACK[to], held, actor, {}, { note });
  }

  private async lockWaiting(tx: Tx, decisionId: string): Promise<Waiting> {
    const unlocked = await this.decisions.find(tx, decisionId);
    if (unlocked === undefined) throw new DomainError(ENFORCEMENT_ERRORS.decision_not_found);
    const [account, found, decision] = await Promise.all([
      this.accounts.lockForUpdate(tx, unlocked.accountId),
      this.work.mustLock(tx, unlocked.caseId),
      this.decisions.lock(tx, decisionId),
    ]);
    if (decision?.state !== 'awaiting_approval') throw new DomainError(ENFORCEMENT_ERRORS.not_awaiting_approval);
    return { decision, account, found };
  }
}

const HELD_BACK = {
  declined: ENFORCEMENT_EVENTS.decisionDeclined,
  lapsed: ENFORCEMENT_EVENTS.decisionLapsed,
  withdrawn: ENFORCEMENT_EVENTS.decisionWithdrawn,
} as const;

/** Locked, in the order of every decision: account, case, decision. */
interface Waiting extends Matter {
  readonly decision: DecisionRecord;
}
