import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { Transactor } from '../../../platform/database/transactor.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { type Standing, StandingService } from '../../accounts/standing.service.js';
import { CasesStore } from '../cases/cases.store.js';
import { WITH_END_OR_REASON } from '../domain/action-problems.js';
import type { NoticeLetter, Places } from '../domain/notice-text.js';
import { disclosed } from '../domain/statement.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { NoticeTexts } from '../notice-texts.js';
import { SealedTexts } from '../sealed-texts.js';
import { impositionsOf } from '../sanctions/impositions.js';
import { type SanctionRecord, SanctionsStore } from '../sanctions/sanctions.store.js';
import { type DecisionRecord, DecisionsStore } from './decisions.store.js';
import { type DecisionDraft, type DecisionRequest, DraftDecisionService } from './draft-decision.service.js';

export interface DecisionPreview {
  readonly draft: DecisionDraft;
  readonly notice: NoticeLetter;
  readonly statement: Readonly<Record<string, unknown>>;
  readonly standing: Standing;
}

/** What somebody who has to agree compares: the standing as it is, and as it would be. */
export interface DecisionEffect {
  readonly before: Standing;
  readonly after: Standing;
  readonly suggestion: DecisionRecord['suggestion'];
  readonly deviationReason: string | null;
}

/** Stands where the decision's id will stand. */
const UNTAKEN = '00000000-0000-7000-8000-000000000000';

/** Exactly what the person would read and what their account could still do, by the rules that a decision uses. */
@Injectable()
export class PreviewDecisionService {
  constructor(
    private readonly transactor: Transactor,
    private readonly accounts: AccountsService,
    private readonly standing: StandingService,
    private readonly cases: CasesStore,
    private readonly drafting: DraftDecisionService,
    private readonly decisions: DecisionsStore,
    private readonly sanctions: SanctionsStore,
    private readonly texts: NoticeTexts,
    private readonly sealed: SealedTexts,
    private readonly clock: Clock,
  ) {}

  async preview(caseId: string, request: DecisionRequest, actor: Actor): Promise<DecisionPreview> {
    const { reader } = this.transactor;
    const found = await this.cases.find(reader, caseId);
    const account = found === undefined ? undefined : await this.accounts.find(reader, found.accountId);
    if (found === undefined || account === undefined) throw new DomainError(ENFORCEMENT_ERRORS.case_not_found);
    const [grounds, evidence] = await Promise.all([
      this.drafting.groundsOf(reader, account.id),
      this.cases.evidenceOf(reader, found.id),
    ]);
    const draft = this.drafting.draft(account, grounds, request);
    const hashes = evidence.map((e) => e.contentHash);
    const statement = this.drafting.statement(hashes, found, account, draft, request, { actor }, UNTAKEN);
    const clause = draft.clauses[0]?.ref ?? draft.version.measuresClause;
    const impositions = draft.measures.flatMap((m) => impositionsOf({ ...m, id: UNTAKEN, clause }));
    const closing = draft.measures.some((m) => m.type === 'closure');
    // Once all of it has begun.
    const begun = Math.max(this.clock.now().getTime(), ...draft.measures.map((m) => m.startsAt.getTime()));
    return {
      draft,
      notice: this.texts.letter(statement, placesOf(request, draft)),
      statement: disclosed(statement),
      standing: await this.standing.whatIf(reader, account.id, { impositions, closing }, new Date(begun)),
    };
  }

  /** Of a decision that waits for a second person. @throws DomainError decision_not_found, not_awaiting_approval */
  async effectOf(decisionId: string): Promise<DecisionEffect> {
    const { reader } = this.transactor;
    const decision = await this.decisions.find(reader, decisionId);
    if (decision === undefined) throw new DomainError(ENFORCEMENT_ERRORS.decision_not_found);
    if (decision.state !== 'awaiting_approval') throw new DomainError(ENFORCEMENT_ERRORS.not_awaiting_approval);
    const now = this.clock.now();
    const sanctions = await this.sanctions.ofDecision(reader, decisionId);
    const impositions = sanctions.flatMap((s) => impositionsOf(begunAt(s, now)));
    const closing = sanctions.some((s) => s.type === 'closure');
    const begun = new Date(Math.max(now.getTime(), ...sanctions.map((s) => s.startsAt.getTime())));
    const [before, after] = await Promise.all([
      this.standing.whatIf(reader, decision.accountId, { impositions: [], closing: false }, now),
      this.standing.whatIf(reader, decision.accountId, { impositions, closing }, begun),
    ]);
    const statement = this.sealed.open<{ deviationReason?: string | null }>('decisions', decisionId, decision.sealed);
    return { before, after, suggestion: decision.suggestion, deviationReason: statement?.deviationReason ?? null };
  }
}

/** What of the statement is in the moderator's own words, or has room for them, and where the request has it. */
function placesOf({ statementOfReasons: own, actions }: DecisionRequest, { problems }: DecisionDraft): Places {
  const reasons = (member: string): string => `/statementOfReasons/${member}`;
  const places = new Map([
    ['/facts', reasons('facts')],
    ['/explanation', reasons('explanation')],
  ]);
  if (own.proportionality !== undefined || problems.some(({ code }) => code === 'proportionality_missing'))
    places.set('/proportionality', reasons('proportionality'));
  // Where the moderator says nothing the operator's words stand, and those are fixed.
  if (own.requiredMaterials !== undefined) places.set('/redress/requiredMaterials', reasons('requiredMaterials'));
  own.law?.forEach((_, i) => places.set(`/law/${i}/explanation`, reasons(`law/${i}/explanation`)));
  actions.forEach((action, i) => {
    if (action.type === 'rectification') places.set(`/measures/${i}/instructions`, `/actions/${i}/instructions`);
    if (WITH_END_OR_REASON.includes(action.type) && action.endsAt === undefined && action.duration === undefined)
      places.set(`/measures/${i}/openEndedReason`, `/actions/${i}/openEndedReason`);
  });
  return places;
}

/** Agreed to now: what should have begun while it waited begins now, and lasts as long as was decided. */
function begunAt(s: SanctionRecord, now: Date): SanctionRecord {
  const late = Math.max(0, now.getTime() - s.startsAt.getTime());
  const endsAt = s.endsAt === null ? null : new Date(s.endsAt.getTime() + late);
  return { ...s, startsAt: new Date(s.startsAt.getTime() + late), endsAt };
}
