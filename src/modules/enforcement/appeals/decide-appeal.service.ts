import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../../platform/http/http.errors.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { ReviewService } from '../../review/review.service.js';
import { type DecisionRecord, DecisionsStore } from '../decisions/decisions.store.js';
import { NotifySubjectService } from '../decisions/notify-subject.service.js';
import { ReverseDecisionService } from '../decisions/reverse-decision.service.js';
import { appealLifecycle } from '../domain/appeal-lifecycle.js';
import { sanctionLifecycle } from '../domain/sanction-lifecycle.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { ApplySanctionsService } from '../sanctions/apply-sanctions.service.js';
import { SanctionsStore } from '../sanctions/sanctions.store.js';
import { APPEAL_TASK, AppealsService } from './appeals.service.js';
import { AppealsStore } from './appeals.store.js';

export interface AppealAnswer {
  readonly outcome: 'upheld' | 'overturned' | 'varied';
  /** Always words, to the person. */
  readonly answer: string;
  /** For `varied`: what becomes of single measures; at most what stood before. */
  readonly changes: readonly { readonly sanctionId: string; readonly lift: boolean; readonly endsAt?: Date }[];
}

const COMMANDS = { upheld: 'uphold', overturned: 'overturn', varied: 'vary' } as const;

/** Somebody else decides (invariant 9), a person and never a machine, and what they decide takes effect with it. */
@Injectable()
export class DecideAppealService {
  constructor(
    private readonly transactor: Transactor,
    private readonly appeals: AppealsService,
    private readonly store: AppealsStore,
    private readonly decisions: DecisionsStore,
    private readonly sanctions: SanctionsStore,
    private readonly accounts: AccountsService,
    private readonly review: ReviewService,
    private readonly reversing: ReverseDecisionService,
    private readonly applying: ApplySanctionsService,
    private readonly notices: NotifySubjectService,
    private readonly clock: Clock,
  ) {}

  decide(once: Once, appealId: string, answer: AppealAnswer, actor: Actor): Promise<{ id: string }> {
    return this.transactor.once(once, (tx) => this.decideIn(tx, appealId, answer, actor));
  }

  async decideIn(tx: Tx, appealId: string, answer: AppealAnswer, actor: Actor): Promise<{ id: string }> {
    const unlocked = await this.store.find(tx, appealId);
    if (unlocked === undefined) throw new DomainError(ENFORCEMENT_ERRORS.appeal_not_found);
    await this.accounts.lockForUpdate(tx, unlocked.accountId);
    const decision = await this.decisions.lock(tx, unlocked.decisionId);
    const appeal = await this.store.lock(tx, appealId);
    if (appeal === undefined || decision === undefined) throw new DomainError(ENFORCEMENT_ERRORS.appeal_not_found);
    if (appealLifecycle.isTerminal(appeal.state)) {
      const decidedAt = appeal.decidedAt?.toISOString() ?? null;
      throw new DomainError(ENFORCEMENT_ERRORS.appeal_ended, { extra: { outcome: appeal.state, decidedAt } });
    }
    if (appeal.conflictIds.includes(actor.id)) throw new DomainError(ENFORCEMENT_ERRORS.other_reviewer_required);
    await this.review.takeAndComplete(tx, { kind: APPEAL_TASK, subjectId: appealId }, actor, answer.outcome);
    const remedies = await this.takeEffect(tx, decision, answer, actor);
    const now = this.clock.now();
    const state = appealLifecycle.move(appeal.state, COMMANDS[answer.outcome]);
    const change = { state, reviewer: actor.id, remedies, decidedAt: now, updatedAt: now };
    const saved = await this.store.save(tx, { ...appeal, ...change });
    if (saved === undefined) throw new DomainError(HTTP_ERRORS.stale_version);
    await this.appeals.addWords(tx, saved, answer.answer, actor);
    await this.appeals.note(tx, ENFORCEMENT_EVENTS.appealAnswered, saved, actor, { outcome: state, remedies });
    await this.notices.send(tx, saved.accountId, 'appeal_answer', `appeal-${saved.id}`, { reference: saved.id });
    return { id: appealId };
  }

  private async takeEffect(tx: Tx, decision: DecisionRecord, answer: AppealAnswer, actor: Actor): Promise<string[]> {
    if (answer.outcome === 'upheld') return [];
    if (answer.outcome === 'overturned') {
      return (await this.reversing.overturn(tx, decision, 'overturned on appeal', actor)) ?? [];
    }
    const remedies: string[] = [];
    const standing = await this.sanctions.lockOfDecision(tx, decision.id);
    for (const change of answer.changes) {
      const sanction = standing.find((s) => s.id === change.sanctionId);
      if (sanction === undefined || sanctionLifecycle.isTerminal(sanction.state)) {
        throw new DomainError(ENFORCEMENT_ERRORS.sanction_ended, { extra: { sanctionId: change.sanctionId } });
      }
      if (change.lift) {
        await this.applying.withdraw(tx, sanction, 'lift', actor, 'varied on appeal');
        remedies.push(`${sanction.type}_lifted`);
        continue;
      }
      // An appeal never makes it worse for who appeals.
      const milder = change.endsAt !== undefined && (sanction.endsAt === null || change.endsAt < sanction.endsAt);
      if (!milder || change.endsAt <= this.clock.now())
        throw new DomainError(ENFORCEMENT_ERRORS.sanction_change_invalid);
      await this.applying.reshape(tx, sanction, { ...sanction, endsAt: change.endsAt }, actor, 'varied on appeal');
      remedies.push(`${sanction.type}_shortened`);
    }
    if (remedies.length === 0)
      throw new DomainError(ENFORCEMENT_ERRORS.sanction_change_invalid, {
        detail: { en: 'nothing would be varied', zh: '没有可变更的措施' },
      });
    await this.decisions.move(tx, decision.id, 'effective', 'varied', {});
    return remedies;
  }
}
