import { Injectable } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { LIFECYCLE_ERRORS } from '../../../kernel/lifecycle.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { ReviewService } from '../../review/review.service.js';
import { REFERRAL_FOLLOW_UP, REFERRAL_TASK, ReferralSteps } from './referral-steps.service.js';
import { type ReferralRecord, ReferralsStore } from './referrals.store.js';

export interface FollowUp {
  /**
   * `sent`: an approved referral went out; `proposed_again`: a lapsed one is proposed anew; `dropped`: either is
   * given up, with the reason.
   */
  readonly outcome: 'sent' | 'proposed_again' | 'dropped';
  readonly text: string;
}

const COMMANDS = { sent: 'send', proposed_again: 'propose_again', dropped: 'decline' } as const;

/** What was proposed is not forgotten (ENF-11): a lapsed proposal and an agreed one each lie with somebody until they act. */
@Injectable()
export class FollowUpReferralService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: ReferralsStore,
    private readonly steps: ReferralSteps,
    private readonly review: ReviewService,
    private readonly clock: Clock,
  ) {}

  answer(once: Once, id: string, answer: FollowUp, actor: Actor): Promise<{ id: string }> {
    return this.transactor.once(once, (tx) => this.answerIn(tx, id, answer, actor));
  }

  /** @throws DomainError referral_not_found, wrong_state, review_task_taken, conflict_of_interest */
  async answerIn(tx: Tx, id: string, { outcome, text }: FollowUp, actor: Actor): Promise<{ id: string }> {
    const referral = await this.steps.mustLock(tx, id);
    // What waits for a second person is theirs to answer.
    if (referral.state === 'awaiting_approval') throw new DomainError(LIFECYCLE_ERRORS.wrong_state);
    const stepped = await this.steps.step(
      tx,
      referral,
      COMMANDS[outcome],
      this.changeFor(outcome, referral, actor),
      actor,
    );
    if (outcome === 'proposed_again') await this.steps.askSecondPerson(tx, stepped);
    await this.review.takeAndComplete(tx, { kind: REFERRAL_FOLLOW_UP, subjectId: id }, actor, outcome);
    await this.steps.addEntry(tx, referral, outcome === 'sent' ? 'sent' : 'note', text, actor);
    return { id };
  }

  private changeFor(outcome: FollowUp['outcome'], { dueAt }: ReferralRecord, actor: Actor): Partial<ReferralRecord> {
    const now = this.clock.now();
    if (outcome === 'sent') return { sentAt: now };
    if (outcome === 'dropped') return { closedAt: now };
    return { proposedBy: actor.id, lapsesAt: this.steps.lapsesAt(dueAt) };
  }

  /** Nobody agreed in time: one batch. What is preserved stays so until somebody has answered. */
  async lapseUnapproved(limit: number): Promise<number> {
    const due = await this.store.dueToLapse(this.transactor.reader, this.clock.now(), limit);
    for (const { id } of due) {
      await this.transactor.run(async (tx) => {
        const referral = await this.steps.mustLock(tx, id);
        // Somebody was quicker.
        if (referral.state !== 'awaiting_approval' || (referral.lapsesAt ?? this.clock.now()) > this.clock.now())
          return;
        await this.review.cancel(tx, { kind: REFERRAL_TASK, subjectId: id }, SYSTEM, 'lapsed');
        await this.steps.askFollowUp(tx, await this.steps.step(tx, referral, 'lapse', {}, SYSTEM));
      });
    }
    return due.length;
  }
}
