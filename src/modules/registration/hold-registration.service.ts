import { Injectable } from '@nestjs/common';
import { ANONYMOUS } from '../../kernel/actor.js';
import type { Tx } from '../../platform/database/transactor.js';
import { REGISTRATION_EVENTS } from './registration.events.js';
import { RegistrationJournal } from './registration-journal.js';
import type { StoredDecision } from './rules.store.js';

/** Puts a registration before a moderator (2.3(3)): nobody is refused by a count alone where a person can look. */
@Injectable()
export class HoldRegistrationService {
  constructor(private readonly journal: RegistrationJournal) {}

  async open(tx: Tx, registrationId: string, decision: StoredDecision): Promise<void> {
    const clauses = [...new Set(['2.3(3)', ...decision.fired.map((f) => f.clause)])];
    await this.journal.note(tx, {
      type: REGISTRATION_EVENTS.held,
      registrationId,
      actor: ANONYMOUS,
      clauses,
      decision,
      data: { clauses, rules: decision.fired.map((f) => f.rule) },
      publish: true,
    });
  }
}
