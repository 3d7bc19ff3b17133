import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import { addPeriod, endOfLegalDay, legalDay } from '../../../kernel/period.js';
import { addWorkingDays, WorkingDayCalendar } from '../../../platform/calendar/domain/working-days.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { defineOutcomes, ReviewService } from '../../review/review.service.js';
import { type DecisionRecord, DecisionsStore } from '../decisions/decisions.store.js';
import { NotifySubjectService } from '../decisions/notify-subject.service.js';
import { appealLifecycle } from '../domain/appeal-lifecycle.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { SanctionNoticesStore } from '../sanctions/sanction-notices.store.js';
import { SealedTexts } from '../sealed-texts.js';
import { type AppealRecord, AppealsStore } from './appeals.store.js';

export const APPEAL_TASK = 'appeal';
defineOutcomes(APPEAL_TASK, ['upheld', 'overturned', 'varied', 'withdrawn']);

/** The request to look again (ENF-14), the dialogue about it, and our own motion. */
@Injectable()
export class AppealsService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: AppealsStore,
    private readonly decisions: DecisionsStore,
    private readonly changes: SanctionNoticesStore,
    private readonly accounts: AccountsService,
    private readonly review: ReviewService,
    private readonly notices: NotifySubjectService,
    private readonly texts: SealedTexts,
    private readonly journal: EnforcementJournal,
    private readonly calendar: WorkingDayCalendar,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  /** By the person; a stranger's decision is not found. */
  file(once: Once, decisionId: string, words: string, accountId: string, actor: Actor): Promise<{ id: string }> {
    return this.transactor.once(once, async (tx) => {
      const decision = await this.decisions.find(tx, decisionId);
      if (decision?.accountId !== accountId || decision.noticeGivenAt === null) {
        throw new DomainError(ENFORCEMENT_ERRORS.decision_not_found);
      }
      // A measure that became longer is something new to be heard about.
      const extension = await this.changes.lastExtension(tx, decisionId);
      const since = extension === undefined ? decision.noticeGivenAt : later(extension.at, decision.noticeGivenAt);
      if (this.clock.now() >= addPeriod(since, this.config.appealWindow)) {
        throw new DomainError(ENFORCEMENT_ERRORS.appeal_out_of_time);
      }
      if (await this.store.answeredOf(tx, decisionId, extension?.at))
        throw new DomainError(ENFORCEMENT_ERRORS.appeal_not_possible);
      return this.open(tx, decision, words, false, actor);
    });
  }

  /** Our own motion: a mistake that we found ourselves needs no request. */
  fileOwn(once: Once, decisionId: string, words: string, actor: Actor): Promise<{ id: string }> {
    return this.transactor.once(once, async (tx) => {
      const decision = await this.decisions.find(tx, decisionId);
      if (decision === undefined) throw new DomainError(ENFORCEMENT_ERRORS.decision_not_found);
      return this.open(tx, decision, words, true, actor);
    });
  }

  /** Either side may write while the appeal is open. */
  async write(
    once: Once,
    appealId: string,
    words: string,
    by: { accountId?: string },
    actor: Actor,
  ): Promise<{ id: string }> {
    return this.transactor.once(once, async (tx) => {
      const appeal = await this.store.lock(tx, appealId);
      if (appeal === undefined || (by.accountId !== undefined && appeal.accountId !== by.accountId)) {
        throw new DomainError(ENFORCEMENT_ERRORS.appeal_not_found);
      }
      if (appealLifecycle.isTerminal(appeal.state)) throw new DomainError(ENFORCEMENT_ERRORS.appeal_ended);
      await this.addWords(tx, appeal, words, actor);
      if (actor.kind === 'staff') {
        const key = `appeal-message-${appeal.id}-${this.clock.now().getTime()}`;
        await this.notices.send(tx, appeal.accountId, 'appeal_message', key, { reference: appeal.id });
      }
      await this.note(tx, ENFORCEMENT_EVENTS.appealMessage, appeal, actor, {});
      return { id: appeal.id };
    });
  }

  async withdraw(appealId: string, accountId: string, actor: Actor): Promise<{ id: string }> {
    return this.transactor.run(async (tx) => {
      const appeal = await this.store.lock(tx, appealId);
      if (appeal?.accountId !== accountId) throw new DomainError(ENFORCEMENT_ERRORS.appeal_not_found);
      if (appealLifecycle.isTerminal(appeal.state)) throw new DomainError(ENFORCEMENT_ERRORS.appeal_ended);
      const now = this.clock.now();
      const state = appealLifecycle.move(appeal.state, 'withdraw');
      await this.store.save(tx, { ...appeal, state, decidedAt: now, updatedAt: now });
      await this.review.cancel(tx, { kind: APPEAL_TASK, subjectId: appeal.id }, actor, 'withdrawn');
      await this.note(tx, ENFORCEMENT_EVENTS.appealAnswered, appeal, actor, { outcome: state });
      return { id: appeal.id };
    });
  }

  async addWords(tx: Tx, appeal: AppealRecord, words: string, actor: Actor): Promise<void> {
    const id = newId();
    const fromStaff = actor.kind === 'staff';
    const sealed = this.texts.seal('appeal_messages', id, words);
    await this.store.addMessage(tx, appeal, { id, fromStaff, author: actor.id, sealed, at: this.clock.now() });
  }

  async note(tx: Tx, type: string, appeal: AppealRecord, actor: Actor, data: object): Promise<void> {
    await this.journal.note(tx, {
      type,
      actor,
      accountId: appeal.accountId,
      target: { kind: 'appeal', id: appeal.id },
      clauses: ['ENF-14', '6', '7.1'],
      data: { decisionId: appeal.decisionId, ...data },
    });
  }

  private async open(
    tx: Tx,
    decision: DecisionRecord,
    words: string,
    ownMotion: boolean,
    actor: Actor,
  ): Promise<{ id: string }> {
    await this.accounts.lockForUpdate(tx, decision.accountId);
    if (decision.state !== 'effective' && decision.state !== 'varied') {
      throw new DomainError(ENFORCEMENT_ERRORS.appeal_not_possible);
    }
    const now = this.clock.now();
    const due = addWorkingDays(this.calendar, legalDay(now), this.config.appealWorkingDays);
    const extended = (await this.changes.lastExtension(tx, decision.id))?.by ?? [];
    const took = [decision.decidedBy, decision.approvedBy, ...extended, ...(ownMotion ? [actor.id] : [])].filter(
      (id) => id !== null,
    );
    const appeal: AppealRecord = {
      id: newId(),
      accountId: decision.accountId,
      decisionId: decision.id,
      state: 'filed',
      version: 1,
      ownMotion,
      // Whoever decided or approved does not review; who asks for a review of our own does not judge it either.
      conflictIds: [...new Set([...took, ...decision.conflictIds])],
      reviewer: null,
      remedies: [],
      dueAt: endOfLegalDay(due.day),
      filedAt: now,
      decidedAt: null,
      updatedAt: now,
    };
    try {
      await this.store.insert(tx, appeal);
    } catch (error) {
      if (this.store.isSecondLive(error)) throw new DomainError(ENFORCEMENT_ERRORS.appeal_live);
      throw error;
    }
    await this.addWords(tx, appeal, words, actor);
    await this.review.open(tx, {
      kind: APPEAL_TASK,
      subjectId: appeal.id,
      accountId: appeal.accountId,
      dueAt: appeal.dueAt,
      provisionalDue: due.provisional,
      priority: 70,
      conflictIds: appeal.conflictIds,
      refs: { decisionId: decision.id, clauses: decision.clauses, ownMotion },
    });
    await this.note(tx, ENFORCEMENT_EVENTS.appealFiled, appeal, actor, {
      ownMotion,
      dueAt: appeal.dueAt.toISOString(),
    });
    return { id: appeal.id };
  }
}

const later = (a: Date, b: Date): Date => (a > b ? a : b);
