import { Injectable } from '@nestjs/common';
import { ANONYMOUS } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { addPeriod } from '../../kernel/period.js';
import type { Tx } from '../../platform/database/transactor.js';
import { defineOutcomes, ReviewService } from '../review/review.service.js';
import { RegistrationConfig } from './registration.config.js';
import type { Fired } from './domain/evaluate.js';
import { REGISTRATION_EVENTS } from './registration.events.js';
import { RegistrationJournal } from './registration-journal.js';
import type { StoredDecision } from './rules.store.js';

/** The queue in which held registrations wait. */
export const REGISTRATION_REVIEW = 'registration';
defineOutcomes(REGISTRATION_REVIEW, ['approved', 'refused']);

/** Puts a registration before a moderator (2.3(3)): nobody is refused by a count alone where a person can look. */
@Injectable()
export class HoldRegistrationService {
  constructor(
    private readonly reviews: ReviewService,
    private readonly journal: RegistrationJournal,
    private readonly clock: Clock,
    private readonly config: RegistrationConfig,
  ) {}

  /** @param why the decisions so far whose rules asked for a look */
  async open(tx: Tx, registrationId: string, decision: StoredDecision, why: readonly Fired[]): Promise<void> {
    const clauses = [...new Set(['2.3(3)', ...why.map((f) => f.clause)])];
    await this.journal.note(tx, {
      type: REGISTRATION_EVENTS.held,
      registrationId,
      actor: ANONYMOUS,
      clauses,
      decision,
      data: { clauses, rules: why.map((f) => f.rule) },
      publish: true,
    });
    await this.reviews.open(tx, {
      kind: REGISTRATION_REVIEW,
      subjectId: registrationId,
      dueAt: addPeriod(this.clock.now(), this.config.reviewWithin),
      refs: { registrationId, clauses, rules: why.map((f) => f.rule) },
    });
  }
}
