import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { ReviewService } from '../../review/review.service.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { ApplySanctionsService } from './apply-sanctions.service.js';
import { OrdersService, REMOVAL_TASK } from './orders.service.js';
import { OrdersStore, type RemovalRecord } from './orders.store.js';
import { SanctionsStore } from './sanctions.store.js';

/**
 * Each content system answers for the content that it holds (ENF-7); once all have answered, the removal is
 * fulfilled.
 */
@Injectable()
export class AcknowledgeRemovalService {
  constructor(
    private readonly transactor: Transactor,
    private readonly accounts: AccountsService,
    private readonly store: OrdersStore,
    private readonly orders: OrdersService,
    private readonly sanctions: SanctionsStore,
    private readonly applying: ApplySanctionsService,
    private readonly review: ReviewService,
    private readonly journal: EnforcementJournal,
    private readonly clock: Clock,
  ) {}

  /** By a person: a system that stays silent, or that refused and was talked to. */
  askAgain(id: string, note: string | undefined, actor: Actor): Promise<RemovalRecord> {
    return this.transactor.run((tx) => this.askAgainIn(tx, id, note, actor));
  }

  /** @param note what was said to the system's people; on record, and not sent */
  async askAgainIn(tx: Tx, id: string, note: string | undefined, actor: Actor): Promise<RemovalRecord> {
    const removal = await this.store.lockRemoval(tx, id);
    if (removal === undefined) throw new DomainError(ENFORCEMENT_ERRORS.removal_not_found);
    const asked = await this.orders.askOneAgain(tx, id, actor, note);
    if (asked === undefined) throw new DomainError(ENFORCEMENT_ERRORS.removal_answered);
    await this.review.takeAndComplete(tx, { kind: REMOVAL_TASK, subjectId: id }, actor, 'asked_again');
    return asked;
  }

  /** By a person: what a system refuses, or never answers, ends without being removed, for a reason that stays on record. */
  giveUp(id: string, reason: string, actor: Actor): Promise<RemovalRecord> {
    return this.transactor.run((tx) => this.giveUpIn(tx, id, reason, actor));
  }

  async giveUpIn(tx: Tx, id: string, reason: string, actor: Actor): Promise<RemovalRecord> {
    const removal = await this.store.lockRemoval(tx, id);
    if (removal === undefined) throw new DomainError(ENFORCEMENT_ERRORS.removal_not_found);
    const now = this.clock.now();
    if (!(await this.store.answerRemoval(tx, id, 'given_up', actor.id, reason, now)))
      throw new DomainError(ENFORCEMENT_ERRORS.removal_answered);
    await this.review.takeAndComplete(tx, { kind: REMOVAL_TASK, subjectId: id }, actor, 'given_up');
    await this.noteAnswer(tx, removal, 'given_up', actor);
    await this.endWhenAllAnswered(tx, removal, actor);
    return { ...removal, state: 'given_up' };
  }

  /** Answering twice the same is answering once. @throws DomainError removal_not_found also for another system's content */
  acknowledge(
    id: string,
    answer: { outcome: 'removed' | 'not_found' | 'refused'; note?: string | undefined },
    service: Actor,
  ): Promise<RemovalRecord> {
    return this.transactor.run(async (tx) => {
      const removal = await this.store.lockRemoval(tx, id);
      if (removal?.system !== service.id) throw new DomainError(ENFORCEMENT_ERRORS.removal_not_found);
      const taken = await this.store.answerRemoval(
        tx,
        id,
        answer.outcome,
        service.id,
        answer.note ?? null,
        this.clock.now(),
      );
      if (!taken) return removal;
      await this.noteAnswer(tx, removal, answer.outcome, service);
      // A refusal is no answer to live with: a person talks to the system, asks again, or ends it with a reason.
      if (answer.outcome === 'refused') await this.orders.askPerson(tx, removal, 'refused');
      else await this.review.cancel(tx, { kind: REMOVAL_TASK, subjectId: id }, service, answer.outcome);
      await this.endWhenAllAnswered(tx, removal, service);
      return { ...removal, state: answer.outcome };
    });
  }

  private async endWhenAllAnswered(tx: Tx, removal: RemovalRecord, actor: Actor): Promise<void> {
    await this.accounts.lockForUpdate(tx, removal.accountId);
    const all = await this.store.removalsOf(tx, removal.sanctionId);
    const sanction = await this.sanctions.lock(tx, removal.sanctionId);
    if (sanction?.state !== 'active' || all.some((r) => r.state === 'asked' || r.state === 'refused')) return;
    const reason = all.some((r) => r.state === 'given_up') ? 'ended_without_removal' : 'removed';
    await this.applying.withdraw(tx, sanction, 'fulfil', actor, reason);
  }

  private async noteAnswer(
    tx: Tx,
    removal: RemovalRecord,
    outcome: RemovalRecord['state'],
    actor: Actor,
  ): Promise<void> {
    await this.journal.note(tx, {
      type: ENFORCEMENT_EVENTS.contentRemovalAnswered,
      actor,
      accountId: removal.accountId,
      target: { kind: 'content_removal', id: removal.id },
      clauses: ['ENF-7', '7.1'],
      data: { outcome, sanctionId: removal.sanctionId },
    });
  }
}
