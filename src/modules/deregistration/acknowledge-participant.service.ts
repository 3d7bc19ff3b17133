import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod } from '../../kernel/period.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { AuditService } from '../audit/audit.service.js';
import { DeregistrationConfig } from './deregistration.config.js';
import { DEREGISTRATION_ERRORS } from './deregistration.errors.js';
import type { Deregistration, Unit } from './deregistration.record.js';
import { DeregistrationStore } from './deregistration.store.js';
import { type Disposition, dispositionOf, type Outcome } from './domain/acknowledgement.js';
import { fromWire, type WirePhase } from './domain/unit.js';
import { UnitStore } from './unit.store.js';

export interface Acknowledgement {
  readonly participant: string;
  readonly phase: WirePhase;
  readonly outcome: Outcome;
  readonly counts: Readonly<Record<string, number>>;
  /** A code, never a sentence: participants' words may name people. */
  readonly reasonCode: string | null;
}

/** What participants answer (R22). Everything that arrives is on record, also what is worth nothing. */
@Injectable()
export class AcknowledgeParticipantService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: DeregistrationStore,
    private readonly units: UnitStore,
    private readonly audit: AuditService,
    private readonly config: DeregistrationConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns what became of it; a repeated answer is `duplicate` and changes nothing
   * @throws DomainError unknown_participant, not_asked_yet, after having counted it
   */
  async acknowledge(id: string, said: Acknowledgement, serviceId: string): Promise<Disposition> {
    this.requireClient(said.participant, serviceId);
    const disposition = await this.transactor.run((tx) => this.take(tx, id, said, serviceId));
    if (disposition === 'unknown') throw new DomainError(DEREGISTRATION_ERRORS.unknown_participant);
    if (disposition === 'early') throw new DomainError(DEREGISTRATION_ERRORS.not_asked_yet);
    return disposition;
  }

  /** Counts and takes one answer. @throws DomainError not_found */
  async take(tx: Tx, id: string, said: Acknowledgement, serviceId: string): Promise<Disposition> {
    // Request, then unit, like the worker that looks for silent ones.
    const d = await this.store.findLocked(tx, id);
    if (d === undefined) throw new DomainError(HTTP_ERRORS.not_found);
    const key = { phase: fromWire(said.phase), unit: said.participant };
    // The unit's row lock puts ten answers of one participant into a line; the first one counts.
    const unit = await this.units.locked(tx, id, key);
    const disposition = dispositionOf(said.outcome, { unit: unit && { ...unit, told: wasTold(unit) } });
    const now = this.clock.now();
    await this.units.acknowledge(tx, {
      id: newId(),
      deregistrationId: id,
      accountId: d.accountId,
      participant: said.participant,
      phase: key.phase,
      disposition,
      late: unit?.lastError === 'acknowledgement_overdue',
      counts: said.counts,
      reasonCode: said.reasonCode,
      serviceId,
      receivedAt: now,
    });
    if (unit !== undefined && disposition === 'accepted') await this.accept(tx, d, unit, said, serviceId, now);
    if (unit !== undefined && disposition === 'refusal') await this.refuse(tx, d, unit, now);
    return disposition;
  }

  private async accept(
    tx: Tx,
    d: Deregistration,
    unit: Unit,
    said: Acknowledgement,
    serviceId: string,
    now: Date,
  ): Promise<void> {
    await this.units.finish(tx, unit, { counts: said.counts }, now);
    await this.audit.record(tx, {
      type: 'deregistration.participant_acknowledged',
      actor: { kind: 'service', id: serviceId },
      accountId: d.accountId,
      // Participant and counts stand in the acknowledgement; details of the audit log are being erased by now.
      target: { kind: 'deregistration', id: d.id },
      clauses: ['DER-3', '2.5'],
    });
    await this.store.setNextDue(tx, d.id, now);
  }

  /** A refusal is a failure of the unit, to be asked again later, and an alarm now. */
  private async refuse(tx: Tx, d: Deregistration, unit: Unit, now: Date): Promise<void> {
    await this.units.fail(tx, unit, 'refused', addPeriod(now, this.config.partialRetry));
    await this.store.setNextDue(tx, d.id, now);
  }

  /** Unknown names fall through: they are counted as unknown, not hidden behind a 403. */
  private requireClient(participant: string, serviceId: string): void {
    const clients = this.config.participants.find((p) => p.name === participant)?.clients ?? [];
    if (clients.length > 0 && !clients.includes(serviceId)) {
      throw new DomainError(DEREGISTRATION_ERRORS.not_this_participant);
    }
  }
}

/** Asked now, or asked before and given up on: a late "done" is still the truth. */
const wasTold = (unit: Unit): boolean =>
  unit.toldAt !== null || unit.lastError === 'acknowledgement_overdue' || unit.lastError === 'refused';
