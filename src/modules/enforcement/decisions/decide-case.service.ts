import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import { addPeriod } from '../../../kernel/period.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { type ReviewTask, ReviewService } from '../../review/review.service.js';
import { type CaseRecord, CasesStore } from '../cases/cases.store.js';
import { CASE_TASK } from '../cases/open-case.service.js';
import { WorkCaseService } from '../cases/work-case.service.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { SealedTexts } from '../sealed-texts.js';
import { measuresOf } from '../sanctions/impositions.js';
import type { SanctionRecord } from '../sanctions/sanctions.store.js';
import { WriteDownEndedService } from '../sanctions/write-down-ended.service.js';
import { TaxonomyService } from '../taxonomy.service.js';
import {
  type DecisionDraft,
  type DecisionRequest,
  DraftDecisionService,
  type Grounds,
} from './draft-decision.service.js';
import { type Ahead, EffectDecisionService, type Matter } from './effect-decision.service.js';
import { decisionOf, sanctionsOf } from './decision-records.js';
import { type DecisionRecord, DecisionsStore } from './decisions.store.js';

export interface TakenDecision {
  readonly decision: DecisionRecord;
  readonly sanctions: readonly SanctionRecord[];
  /** The statement of reasons in clear, as it was sealed in the decision. */
  readonly statement: Readonly<Record<string, unknown>>;
}

/** What a decision is about, locked, and all that it builds on. */
interface Locked extends Matter {
  readonly grounds: Grounds;
  readonly evidence: readonly string[];
  readonly task: ReviewTask | undefined;
  readonly ahead: Ahead;
}

export interface DecideOptions {
  readonly bulkId?: string | undefined;
  /** Four eyes have been on it already, as part of a bulk decision. */
  readonly approved?: boolean;
  readonly approvedBy?: Actor | undefined;
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
    private readonly ended: WriteDownEndedService,
    private readonly effecting: EffectDecisionService,
    private readonly drafting: DraftDecisionService,
    private readonly taxonomy: TaxonomyService,
    private readonly texts: SealedTexts,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  /** @returns the decision as it was just taken; only its id when the request was one that had been answered before */
  async decide(
    once: Once,
    caseId: string,
    version: number | undefined,
    request: DecisionRequest,
    actor: Actor,
  ): Promise<{ id: string; taken: TakenDecision | undefined }> {
    let taken: TakenDecision | undefined;
    const { id } = await this.transactor.once(
      once,
      async (tx, seen: Locked | CaseRecord | undefined) => {
        const locked = seen !== undefined && 'account' in seen ? seen : await this.lock(tx, seen, version);
        taken = await this.decideLocked(tx, locked, request, actor);
        return { id: taken.decision.id };
      },
      (tx) => {
        const accountId = this.cases.accountOf(caseId);
        // Whose it is has been seen before: then the locks need not wait for that answer.
        return accountId === undefined
          ? this.cases.find(tx, caseId)
          : this.lock(tx, { id: caseId, accountId }, version);
      },
    );
    return { id, taken };
  }

  async decideIn(
    tx: Tx,
    caseId: string,
    version: number | undefined,
    request: DecisionRequest,
    actor: Actor,
  ): Promise<TakenDecision> {
    return this.decideSeen(tx, await this.cases.find(tx, caseId), version, request, actor);
  }

  /**
   * @param seen the case as it was read without a lock: whose it is never changes
   * @throws DomainError case_not_found, stale_version, decision_invalid, deviation_reason_required, conflict_of_interest
   */
  async decideSeen(
    tx: Tx,
    seen: CaseRecord | undefined,
    version: number | undefined,
    request: DecisionRequest,
    actor: Actor,
    options: DecideOptions = {},
  ): Promise<TakenDecision> {
    return this.decideLocked(tx, await this.lock(tx, seen, version), request, actor, options);
  }

  /** They leave together, in this order. Account first: ten people who decide about one account at once stand in line here. */
  private async lock(
    tx: Tx,
    seen: Pick<CaseRecord, 'id' | 'accountId'> | undefined,
    version: number | undefined,
  ): Promise<Locked> {
    if (seen === undefined) throw new DomainError(ENFORCEMENT_ERRORS.case_not_found);
    const [account, found, grounds, evidence, task, ahead] = await Promise.all([
      this.accounts.lockForUpdate(tx, seen.accountId),
      this.work.mustLock(tx, seen.id, version),
      this.drafting.groundsOf(tx, seen.accountId),
      this.cases.holdEvidence(tx, seen.id, this.clock.now()),
      this.review.findLive(tx, { kind: CASE_TASK, subjectId: seen.id }),
      this.effecting.readAhead(tx, seen),
    ]);
    return { account, found, grounds, evidence, task, ahead };
  }

  private async decideLocked(
    tx: Tx,
    { account, found, grounds, evidence, task, ahead }: Locked,
    request: DecisionRequest,
    actor: Actor,
    options: DecideOptions = {},
  ): Promise<TakenDecision> {
    const ended = await this.ended.of(tx, grounds.history);
    const draft = this.drafting.draft(account, grounds, request);
    this.refuse(draft, request);
    const alone = draft.fourEyes.length === 0 || options.approved === true;
    const id = newId();
    const now = this.clock.now();
    const by = { actor, approvedBy: options.approvedBy };
    const statement = this.drafting.statement(evidence, found, account, draft, request, by, id);
    const decision = decisionOf(
      {
        id,
        found,
        draft,
        request,
        statement,
        sealed: this.texts.seal('decisions', id, statement),
        taxonomyDigest: this.taxonomy.current.digest,
        bulkId: options.bulkId,
      },
      { ...by, approvalDueAt: alone ? undefined : addPeriod(now, this.config.approvalLimit) },
      now,
    );
    await this.decisions.insert(tx, decision);
    const planned = sanctionsOf(decision, draft);
    const [, , sanctions] = await Promise.all([
      this.review.finish(tx, task, actor, {
        code: 'decided',
        clauses: decision.clauses,
        measures: measuresOf(planned),
        awaitsSecond: !alone,
      }),
      this.work.move(tx, found, 'decide', actor, { decidedAt: decision.decidedAt }),
      alone
        ? this.effecting.begin(tx, decision, { found, account, ...(ended ? {} : { ahead }) }, planned, actor)
        : this.effecting.askSecondPerson(tx, decision, planned, draft.fourEyes, actor),
    ]);
    return { decision, sanctions, statement };
  }

  private refuse(draft: DecisionDraft, request: DecisionRequest): void {
    const { problems } = draft;
    if (problems.length > 0) throw new DomainError(ENFORCEMENT_ERRORS.decision_invalid, { errors: problems });
    const reasoned = (request.deviationReason ?? '').trim() !== '';
    if (draft.deviates && this.config.deviationNeedsReason && !reasoned) {
      throw new DomainError(ENFORCEMENT_ERRORS.deviation_reason_required, { extra: { suggestion: draft.suggestion } });
    }
  }
}
