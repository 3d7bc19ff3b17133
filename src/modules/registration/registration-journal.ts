import { Injectable } from '@nestjs/common';
import { type Actor, ANONYMOUS } from '../../kernel/actor.js';
import type { Tx } from '../../platform/database/transactor.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { AuditService } from '../audit/audit.service.js';
import { REGISTRATION_EVENTS } from './registration.events.js';
import { RulesStore, type StoredDecision } from './rules.store.js';

export interface Note {
  readonly type: string;
  readonly registrationId: string;
  readonly accountId?: string;
  readonly actor: Actor;
  readonly clauses: readonly string[];
  /** Pins the policy it was taken under. */
  readonly decision?: StoredDecision;
  readonly data?: Readonly<Record<string, unknown>>;
  /** Others hear of it too; steps before the proof are nobody else's business. */
  readonly publish?: boolean;
}

/** What the log and the others learn of a registration: ids, rules and clauses. */
@Injectable()
export class RegistrationJournal {
  constructor(
    private readonly audit: AuditService,
    private readonly outbox: OutboxService,
    private readonly rules: RulesStore,
  ) {}

  async note(tx: Tx, note: Note): Promise<void> {
    const { type, registrationId, accountId, actor, clauses, decision, data } = note;
    const told = decision === undefined ? data : { decisionId: decision.id, outcome: decision.outcome, ...data };
    await this.audit.record(tx, {
      type,
      actor,
      ...(accountId === undefined ? {} : { accountId }),
      target: { kind: 'registration', id: registrationId },
      clauses,
      ...(decision === undefined ? {} : { policies: { 'registration-rules': decision.policyDigest } }),
      ...(told === undefined ? {} : { data: told }),
    });
    if (!note.publish) return;
    await this.outbox.publish(tx, {
      type,
      ...(accountId === undefined ? {} : { accountId }),
      subjectId: registrationId,
      data: { registrationId, ...data },
    });
  }

  /** Refused before it began: the decision is all there is of it, and it is on record with its reasons. */
  async refusedAtStart(tx: Tx, decision: StoredDecision): Promise<void> {
    await this.rules.addDecision(tx, decision);
    await this.note(tx, {
      type: REGISTRATION_EVENTS.refused,
      registrationId: decision.registrationId,
      actor: ANONYMOUS,
      clauses: [...new Set(decision.fired.map((f) => f.clause))],
      decision,
    });
  }
}
