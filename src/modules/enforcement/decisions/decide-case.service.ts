import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { digestOf } from '../../../kernel/canonical-json.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import { addPeriod } from '../../../kernel/period.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { type Account, AccountsService } from '../../accounts/accounts.service.js';
import { ReviewService } from '../../review/review.service.js';
import { type CaseRecord, CasesStore } from '../cases/cases.store.js';
import { CASE_TASK } from '../cases/open-case.service.js';
import { WorkCaseService } from '../cases/work-case.service.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { SealedTexts } from '../sealed-texts.js';
import { ApplySanctionsService } from '../sanctions/apply-sanctions.service.js';
import { type SanctionRecord, SanctionsStore } from '../sanctions/sanctions.store.js';
import { TaxonomyService } from '../taxonomy.service.js';
import { type DecisionDraft, type DecisionRequest, DraftDecisionService } from './draft-decision.service.js';
import { EffectDecisionService } from './effect-decision.service.js';
import { type DecisionRecord, DecisionsStore } from './decisions.store.js';

export interface TakenDecision {
  readonly decision: DecisionRecord;
  readonly sanctions: readonly SanctionRecord[];
}

/** Report to decision (ENF-0…8): one transaction judges, writes the reasons down and takes effect. */
@Injectable()
export class DecideCaseService {
  constructor(
    private readonly transactor: Transactor,
    private readonly accounts: AccountsService,
    private readonly cases: CasesStore,
    private readonly work: WorkCaseService,
    private readonly review: ReviewService,
    private readonly decisions: DecisionsStore,
    private readonly sanctions: SanctionsStore,
    private readonly applying: ApplySanctionsService,
    private readonly effecting: EffectDecisionService,
    private readonly drafting: DraftDecisionService,
    private readonly taxonomy: TaxonomyService,
    private readonly texts: SealedTexts,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  decide(
    once: Once,
    caseId: string,
    version: number | undefined,
    request: DecisionRequest,
    actor: Actor,
  ): Promise<{ id: string }> {
    return this.transactor.once(once, async (tx) => {
      const { decision } = await this.decideIn(tx, caseId, version, request, actor);
      return { id: decision.id };
    });
  }

  async decideIn(
    tx: Tx,
    caseId: string,
    version: number | undefined,
    request: DecisionRequest,
    actor: Actor,
    options: { bulkId?: string; approved?: boolean } = {},
  ): Promise<TakenDecision> {
    const unlocked = await this.cases.find(tx, caseId);
    if (unlocked === undefined) throw new DomainError(ENFORCEMENT_ERRORS.case_not_found);
    // Account first: ten people who decide about one account at once stand in line here.
    const account = await this.accounts.lockForUpdate(tx, unlocked.accountId);
    const found = await this.work.mustLock(tx, caseId, version);
    await this.endPassed(tx, account.id);
    const draft = await this.drafting.draft(tx, account, request);
    this.refuse(draft, request);
    await this.review.takeAndComplete(tx, { kind: CASE_TASK, subjectId: caseId }, actor, 'decided');
    const alone = draft.fourEyes.length === 0 || options.approved === true;
    const decision = await this.record(tx, found, account, draft, request, actor, alone, options.bulkId);
    const sanctions = await this.plan(tx, decision, draft);
    const now = this.clock.now();
    await this.work.move(tx, found, 'decide', actor, { decidedAt: now });
    await this.cases.holdEvidence(tx, caseId, now);
    if (!alone) {
      await this.effecting.askSecondPerson(tx, decision, draft.fourEyes, actor);
      return { decision, sanctions };
    }
    return { decision, sanctions: await this.effecting.takeEffect(tx, decision, sanctions, actor) };
  }

  private refuse(draft: DecisionDraft, request: DecisionRequest): void {
    const { problems } = draft;
    if (problems.length > 0) throw new DomainError(ENFORCEMENT_ERRORS.decision_invalid, { errors: problems });
    const reasoned = (request.deviationReason ?? '').trim() !== '';
    if (draft.deviates && this.config.deviationNeedsReason && !reasoned) {
      throw new DomainError(ENFORCEMENT_ERRORS.deviation_reason_required, { extra: { suggestion: draft.suggestion } });
    }
  }

  private async record(
    tx: Tx,
    found: CaseRecord,
    account: Account,
    draft: DecisionDraft,
    request: DecisionRequest,
    actor: Actor,
    alone: boolean,
    bulkId: string | undefined,
  ): Promise<DecisionRecord> {
    const now = this.clock.now();
    const id = newId();
    const statement = await this.drafting.statement(tx, found, account, draft, request, actor, id);
    const decision: DecisionRecord = {
      id,
      caseId: found.id,
      accountId: account.id,
      state: alone ? 'effective' : 'awaiting_approval',
      version: 1,
      clauses: draft.clauses.map((c) => c.ref),
      agreementVersion: draft.version.agreementVersion,
      taxonomyDigest: this.taxonomy.current.digest,
      suggestion: draft.suggestion ?? null,
      notice: request.notice.choice,
      noticeAt: request.notice.choice === 'given' ? null : (request.notice.until ?? null),
      noticeGivenAt: null,
      sealed: this.texts.seal('decisions', id, statement),
      statementDigest: digestOf(statement),
      decidedBy: actor.id,
      decidedRole: actor.role ?? actor.kind,
      approvedBy: null,
      conflictIds: found.conflictIds,
      bulkId: bulkId ?? null,
      approvalDueAt: alone ? null : addPeriod(now, this.config.approvalLimit),
      announce: request.announce,
      decidedAt: now,
      effectiveAt: alone ? now : null,
      endedAt: null,
    };
    await this.decisions.insert(tx, decision);
    return decision;
  }

  private async plan(tx: Tx, decision: DecisionRecord, draft: DecisionDraft): Promise<SanctionRecord[]> {
    const clause = decision.clauses[0] ?? draft.version.measuresClause;
    const state = decision.state === 'awaiting_approval' ? 'awaiting_approval' : 'scheduled';
    const sanctions = draft.measures.map((m): SanctionRecord => ({
      id: newId(),
      accountId: decision.accountId,
      caseId: decision.caseId,
      decisionId: decision.id,
      type: m.type,
      state,
      version: 1,
      clause,
      features: m.features,
      params: {
        ...(m.instructions === null ? {} : { instructions: m.instructions }),
        ...(m.identifierKinds.length === 0 ? {} : { identifierKinds: m.identifierKinds }),
        ...(m.contents.length === 0 ? {} : { contents: m.contents }),
      },
      startsAt: m.startsAt,
      endsAt: m.endsAt,
      nextAt: null,
      reviewAt: m.reviewAt,
      createdAt: decision.decidedAt,
      endedAt: null,
      endedBy: null,
      endReason: null,
    }));
    for (const sanction of sanctions) await this.sanctions.insert(tx, sanction);
    return sanctions;
  }

  /** What time has ended already is written down first, so that a late sweep stands in nobody's way. */
  private async endPassed(tx: Tx, accountId: string): Promise<void> {
    for (const passed of await this.sanctions.lockEnded(tx, accountId, this.clock.now())) {
      const active =
        passed.state === 'scheduled'
          ? await this.applying.activate(tx, passed, { kind: 'system', id: 'account-lifecycle' })
          : passed;
      if (active.state === 'active' && active.type !== 'rectification') await this.applying.expire(tx, active);
    }
  }
}
