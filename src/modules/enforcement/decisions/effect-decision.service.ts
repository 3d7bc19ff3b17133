import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import type { Tx } from '../../../platform/database/transactor.js';
import type { Account } from '../../accounts/accounts.service.js';
import { type StandingFacts, StandingService } from '../../accounts/standing.service.js';
import { defineOutcomes, ReviewService } from '../../review/review.service.js';
import { PlanAnnouncementService } from '../announcements/plan-announcement.service.js';
import type { CaseRecord } from '../cases/cases.store.js';
import { WorkCaseService } from '../cases/work-case.service.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { ApplySanctionsService } from '../sanctions/apply-sanctions.service.js';
import { type SanctionRecord, SanctionsStore } from '../sanctions/sanctions.store.js';
import { type DecisionRecord, DecisionsStore } from './decisions.store.js';
import { NotifySubjectService, type Reach } from './notify-subject.service.js';

export const APPROVAL_TASK = 'decision_approval';
defineOutcomes(APPROVAL_TASK, ['approved', 'declined', 'withdrawn', 'lapsed']);

/** What a decision is about; both are locked. */
export interface Matter {
  readonly found: CaseRecord;
  readonly account: Account;
  /** What its effects build on, where it was read with the locks; else it is read when it is needed. */
  readonly ahead?: Ahead;
}

export interface Ahead {
  readonly standing: StandingFacts;
  readonly reach: Reach;
  /** Reports of the case that wait for an answer. */
  readonly reports: number;
}

/** What follows from a decision once it may: sanctions, strike, notice, answers to the reporters, announcement. */
@Injectable()
export class EffectDecisionService {
  constructor(
    private readonly decisions: DecisionsStore,
    private readonly sanctions: SanctionsStore,
    private readonly work: WorkCaseService,
    private readonly applying: ApplySanctionsService,
    private readonly notices: NotifySubjectService,
    private readonly announcing: PlanAnnouncementService,
    private readonly standing: StandingService,
    private readonly review: ReviewService,
    private readonly journal: EnforcementJournal,
    private readonly clock: Clock,
  ) {}

  /** Behind the locks on account and case, and travelling with them. */
  async readAhead(tx: Tx, { id, accountId }: Pick<CaseRecord, 'id' | 'accountId'>): Promise<Ahead> {
    const [standing, phone, reports] = await Promise.all([
      this.standing.factsWithin(tx, accountId),
      this.notices.addressOf(tx, accountId),
      this.work.reportsWaiting(tx, id),
    ]);
    return { standing, reach: { phone }, reports };
  }

  /** Of a decision that one person may take, with its new sanctions. */
  begin(
    tx: Tx,
    decision: DecisionRecord,
    of: Matter,
    sanctions: readonly SanctionRecord[],
    actor: Actor,
  ): Promise<SanctionRecord[]> {
    // Only the first finds standing as it was read.
    const read = (i: number): StandingFacts | undefined => (i === 0 ? of.ahead?.standing : undefined);
    return this.follow(tx, decision, of, sanctions, actor, (s, i) => this.applying.begin(tx, s, actor, read(i)));
  }

  /** Of one that was approved; its sanctions are `scheduled`. */
  takeEffect(
    tx: Tx,
    decision: DecisionRecord,
    of: Matter,
    sanctions: readonly SanctionRecord[],
    actor: Actor,
  ): Promise<SanctionRecord[]> {
    return this.follow(tx, decision, of, sanctions, actor, (s) => this.applying.takeEffect(tx, s, actor));
  }

  /** What does not build on another is asked together. */
  private async follow(
    tx: Tx,
    decision: DecisionRecord,
    { found, account, ahead }: Matter,
    sanctions: readonly SanctionRecord[],
    actor: Actor,
    apply: (sanction: SanctionRecord, index: number) => Promise<SanctionRecord>,
  ): Promise<SanctionRecord[]> {
    const [applied] = await Promise.all([
      inTurn(sanctions, apply),
      this.addStrike(tx, decision),
      this.work.answerReports(tx, found, 'measures_taken', actor, ahead?.reports),
      this.note(tx, ENFORCEMENT_EVENTS.decisionTaken, decision, actor, {
        measures: sanctions.map((s) => s.type),
        sanctionIds: sanctions.map((s) => s.id),
      }),
      this.tell(tx, decision, account, ahead?.reach),
      this.announcing.plan(tx, decision, sanctions, actor),
    ]);
    return applied;
  }

  private async addStrike(tx: Tx, { id, accountId, suggestion, decidedAt }: DecisionRecord): Promise<void> {
    if (suggestion === null) return;
    await this.decisions.addStrike(tx, id, accountId, suggestion.strikeValue, suggestion.ladder, decidedAt);
  }

  private async tell(tx: Tx, decision: DecisionRecord, { locale }: Account, reach?: Reach): Promise<void> {
    if (decision.notice !== 'given') return;
    // A decision that takes effect as it is recorded has been recorded as told (one statement less on the hot path).
    if (decision.noticeGivenAt === null) await this.notices.tell(tx, decision, locale);
    else await this.notices.sayIt(tx, decision, locale, reach);
  }

  /** Four eyes (invariant 9): another person, who is no part of the matter, within the limit. */
  async askSecondPerson(
    tx: Tx,
    decision: DecisionRecord,
    sanctions: readonly SanctionRecord[],
    reasons: readonly string[],
    actor: Actor,
  ): Promise<readonly SanctionRecord[]> {
    for (const sanction of sanctions) await this.sanctions.insert(tx, sanction);
    await this.review.open(tx, {
      kind: APPROVAL_TASK,
      subjectId: decision.id,
      accountId: decision.accountId,
      dueAt: decision.approvalDueAt ?? this.clock.now(),
      priority: 80,
      roles: ['senior_moderator', 'legal'],
      conflictIds: [...new Set([decision.decidedBy, ...decision.conflictIds])],
      refs: { caseId: decision.caseId, clauses: decision.clauses, reasons },
    });
    await this.note(tx, ENFORCEMENT_EVENTS.decisionProposed, decision, actor, { fourEyes: reasons });
    return sanctions;
  }

  async note(
    tx: Tx,
    type: string,
    decision: DecisionRecord,
    actor: Actor,
    data: object,
    details?: object,
  ): Promise<void> {
    await this.journal.note(tx, {
      type,
      actor,
      accountId: decision.accountId,
      target: { kind: 'decision', id: decision.id },
      clauses: ['7.1', ...decision.clauses],
      data: { caseId: decision.caseId, statementDigest: decision.statementDigest, ...data },
      ...(details ? { details: { ...details } } : {}),
    });
  }
}

/** One after the other: each counts the version of standing up. */
async function inTurn<T>(items: readonly T[], work: (item: T, index: number) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  for (const [index, item] of items.entries()) done.push(await work(item, index));
  return done;
}
