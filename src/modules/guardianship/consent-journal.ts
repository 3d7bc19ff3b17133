import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { AuditService } from '../audit/audit.service.js';
import { type ConsentCommand, consentLifecycle } from './domain/consent-lifecycle.js';
import type { GuardianConsentEntity } from './guardian-consent.entity.js';
import { type ConsentChange, GuardianConsentsStore } from './guardian-consents.store.js';

export interface Step {
  readonly command: ConsentCommand;
  readonly actor: Actor;
  readonly eventType?: string;
  /** How it was shown, and what belongs to the proof; sealed. */
  readonly method: string;
  readonly evidence?: Readonly<Record<string, unknown>>;
  readonly change?: ConsentChange;
}

/** Takes one step of a consent: state, proof, audit and event together (MIN-2, invariant 4). */
@Injectable()
export class ConsentJournal {
  constructor(
    private readonly store: GuardianConsentsStore,
    private readonly audit: AuditService,
    private readonly outbox: OutboxService,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError wrong_state, stale_version */
  async take(tx: Tx, consent: GuardianConsentEntity, step: Step): Promise<GuardianConsentEntity> {
    const state = consentLifecycle.move(consent.state, step.command);
    const change: ConsentChange = { ...step.change, state };
    if (!(await this.store.change(tx, consent.id, consent.version, change))) {
      throw new DomainError(HTTP_ERRORS.stale_version);
    }
    await this.note(tx, consent, { ...step, name: state });
    return { ...consent, ...change, version: consent.version + 1 };
  }

  /** Proof, audit and event of something that is no change of state: a link sent, limits set. */
  async note(
    tx: Tx,
    consent: GuardianConsentEntity,
    what: Omit<Step, 'command' | 'change'> & { name: string },
  ): Promise<void> {
    const { id: consentId, accountId } = consent;
    await this.store.addEvidence(tx, {
      consentId,
      accountId,
      step: what.name,
      method: what.method,
      details: what.evidence ?? {},
      at: this.clock.now(),
    });
    await this.audit.record(tx, {
      type: `guardian_consent.${what.name}`,
      actor: what.actor,
      accountId,
      target: { kind: 'guardian_consent', id: consentId },
      clauses: ['2.1', 'MIN-2'],
      data: { method: what.method },
    });
    if (what.eventType === undefined) return;
    await this.outbox.publish(tx, {
      type: what.eventType,
      accountId,
      subjectId: consentId,
      data: { consentId, accountId },
    });
  }
}
