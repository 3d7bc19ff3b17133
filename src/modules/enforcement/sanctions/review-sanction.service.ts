import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { addPeriod } from '../../../kernel/period.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { ReviewService } from '../../review/review.service.js';
import { DecisionsStore } from '../decisions/decisions.store.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ChangeSanctionService, type Why } from './change-sanction.service.js';
import { SANCTION_REVIEW } from './apply-sanctions.service.js';
import { SanctionsStore } from './sanctions.store.js';

/** What became of a measure that was looked at again. */
export type SanctionReview = Why &
  (
    | { readonly outcome: 'kept'; readonly reviewAt: Date }
    | { readonly outcome: 'ends'; readonly endsAt: Date }
    | { readonly outcome: 'lifted' }
  );

/**
 * A measure without an end, or a ban for longer than its gravity, has a date on which it is looked at again (ENF-4, ENF-6);
 * the person has read it. On that date it lies with somebody, who keeps it until another date, ends it, or lifts it.
 */
@Injectable()
export class ReviewSanctionService {
  constructor(
    private readonly transactor: Transactor,
    private readonly sanctions: SanctionsStore,
    private readonly decisions: DecisionsStore,
    private readonly changing: ChangeSanctionService,
    private readonly review: ReviewService,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  /** One batch of what is due. @returns how many */
  async askForDue(limit: number): Promise<number> {
    return this.transactor.run(async (tx) => {
      const now = this.clock.now();
      const due = await this.sanctions.claimForReview(tx, now, limit);
      for (const sanction of due) {
        const decision = await this.decisions.find(tx, sanction.decisionId);
        await this.review.open(tx, {
          kind: SANCTION_REVIEW,
          subjectId: sanction.id,
          accountId: sanction.accountId,
          dueAt: addPeriod(now, this.config.sanctionReview),
          priority: 60,
          conflictIds: decision?.conflictIds ?? [],
          refs: { decisionId: sanction.decisionId, measure: sanction.type, clauses: [sanction.clause] },
        });
      }
      return due.length;
    });
  }

  answer(once: Once, sanctionId: string, answer: SanctionReview, actor: Actor): Promise<{ id: string }> {
    return this.transactor.once(once, (tx) => this.answerIn(tx, sanctionId, answer, actor));
  }

  /** @throws DomainError sanction_not_found, sanction_ended, sanction_change_invalid, no_review_due, conflict_of_interest */
  async answerIn(tx: Tx, sanctionId: string, answer: SanctionReview, actor: Actor): Promise<{ id: string }> {
    const sanction = await this.changing.mustLock(tx, sanctionId);
    const task = await this.review.findLive(tx, { kind: SANCTION_REVIEW, subjectId: sanctionId });
    if (task === undefined) throw new DomainError(ENFORCEMENT_ERRORS.no_review_due);
    const { outcome } = answer;
    const until = outcome === 'kept' ? answer.reviewAt : outcome === 'ends' ? answer.endsAt : undefined;
    await this.review.finish(tx, task, actor, {
      code: outcome,
      ...(until === undefined ? {} : { until: until.toISOString() }),
    });
    const { reason, explanation } = answer;
    const why = { reason, explanation };
    if (answer.outcome === 'lifted') await this.changing.liftIn(tx, sanction, why, actor);
    else if (answer.outcome === 'ends')
      await this.changing.changeIn(tx, sanction, { endsAt: answer.endsAt, ...why }, actor);
    else await this.changing.keepIn(tx, sanction, answer.reviewAt, why, actor);
    return { id: sanctionId };
  }
}
