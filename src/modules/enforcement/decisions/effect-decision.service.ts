import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import type { Tx } from '../../../platform/database/transactor.js';
import { ReviewService } from '../../review/review.service.js';
import { PlanAnnouncementService } from '../announcements/plan-announcement.service.js';
import type { CaseRecord } from '../cases/cases.store.js';
import { WorkCaseService } from '../cases/work-case.service.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { ApplySanctionsService } from '../sanctions/apply-sanctions.service.js';
import type { SanctionRecord } from '../sanctions/sanctions.store.js';
import { type DecisionRecord, DecisionsStore } from './decisions.store.js';
import { NotifySubjectService } from './notify-subject.service.js';

export const APPROVAL_TASK = 'decision_approval';

/** What follows from a decision once it may: sanctions, strike, notice, answers to the reporters, announcement. */
@Injectable()
export class EffectDecisionService {
  constructor(
    private readonly decisions: DecisionsStore,
    private readonly work: WorkCaseService,
    private readonly applying: ApplySanctionsService,
    private readonly notices: NotifySubjectService,
    private readonly announcing: PlanAnnouncementService,
    private readonly review: ReviewService,
    private readonly journal: EnforcementJournal,
    private readonly clock: Clock,
  ) {}

  /** The account and its case `found` are locked, the sanctions are `scheduled`. */
  async takeEffect(
    tx: Tx,
    decision: DecisionRecord,
    found: CaseRecord,
    sanctions: readonly SanctionRecord[],
    actor: Actor,
  ): Promise<SanctionRecord[]> {
    const applied: SanctionRecord[] = [];
    for (const sanction of sanctions) applied.push(await this.applying.takeEffect(tx, sanction, actor));
    const { suggestion } = decision;
    if (suggestion !== null) {
      await this.decisions.addStrike(
        tx,
        decision.id,
        decision.accountId,
        suggestion.strikeValue,
        suggestion.ladder,
        decision.decidedAt,
      );
    }
    await this.work.answerReports(tx, found, 'measures_taken', actor);
    await this.note(tx, ENFORCEMENT_EVENTS.decisionTaken, decision, actor, {
      measures: sanctions.map((s) => s.type),
      sanctionIds: sanctions.map((s) => s.id),
    });
    if (decision.notice === 'given') {
      // A decision that takes effect as it is recorded has been recorded as told (one statement less on the hot path).
      if (decision.noticeGivenAt === null) await this.notices.tell(tx, decision);
      else await this.notices.sayIt(tx, decision);
    }
    if (decision.announce !== null) await this.announcing.plan(tx, decision, sanctions, actor);
    return applied;
  }

  /** Four eyes (invariant 9): another person, who is no part of the matter, within the limit. */
  async askSecondPerson(tx: Tx, decision: DecisionRecord, reasons: readonly string[], actor: Actor): Promise<void> {
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
