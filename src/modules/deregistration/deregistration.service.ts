import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { type Acknowledgement, AcknowledgeParticipantService } from './acknowledge-participant.service.js';
import { opens } from './access-token.js';
import { type AppliedFor, ApplyDeregistrationService } from './apply-deregistration.service.js';
import { ChangeDeregistrationService } from './change-deregistration.service.js';
import { DeregistrationConfig } from './deregistration.config.js';
import type { Disposition } from './domain/acknowledgement.js';
import { isIrrevocable } from './domain/deregistration-lifecycle.js';
import { DEREGISTRATION_ERRORS } from './deregistration.errors.js';
import { type Deregistration, EXPIRED_RECEIPT } from './deregistration.record.js';
import { DeregistrationStore } from './deregistration.store.js';
import { DueDeregistrationsStore } from './due-deregistrations.store.js';
import { type KeptClass, RetentionGate } from './ports.js';
import { UnitStore } from './unit.store.js';
import { SnapshotsStore } from './snapshots.store.js';

/** The module's door: what others may ask of deregistrations, and what the person without a session may see. */
@Injectable()
export class DeregistrationService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: DeregistrationStore,
    private readonly due: DueDeregistrationsStore,
    private readonly snapshots: SnapshotsStore,
    private readonly units: UnitStore,
    private readonly changes: ChangeDeregistrationService,
    private readonly applications: ApplyDeregistrationService,
    private readonly acknowledgements: AcknowledgeParticipantService,
    private readonly retention: RetentionGate,
    private readonly config: DeregistrationConfig,
    private readonly clock: Clock,
  ) {}

  /** A guardian applies for a ward; who they are was proved on their own page (MIN-4). */
  applyForWard(tx: Tx, accountId: string, guardian: Actor): Promise<AppliedFor> {
    return this.applications.applyVerified(tx, {
      accountId,
      actor: guardian,
      sessionId: null,
      reason: null,
      agreed: [],
    });
  }

  latestOf(tx: Tx, accountId: string): Promise<Deregistration | undefined> {
    return this.store.latestOf(tx, accountId);
  }

  find(id: string): Promise<Deregistration | undefined> {
    return this.store.find(this.transactor.reader, id);
  }

  /** For the holder of one of the two tokens: who has none learns not even that it exists. */
  async forToken(id: string, token: string): Promise<Deregistration> {
    const found = await this.find(id);
    const hashes = [found?.accessTokenHash ?? null, found?.receiptTokenHash ?? null];
    if (found === undefined || !opens(token, hashes)) throw new DomainError(HTTP_ERRORS.not_found);
    return found;
  }

  /** @throws DomainError receipt_not_ready: no receipt exists before completion; receipt_expired */
  receiptOf(d: Deregistration): string {
    if (d.receipt === null || d.state !== 'completed') throw new DomainError(DEREGISTRATION_ERRORS.receipt_not_ready);
    if (d.receipt === EXPIRED_RECEIPT) throw new DomainError(DEREGISTRATION_ERRORS.receipt_expired);
    return d.receipt;
  }

  /** What is still kept of somebody who left, and what became of the rest. @throws DomainError receipt_not_ready */
  keptOf(d: Deregistration): Promise<readonly KeptClass[]> {
    if (d.state !== 'completed') throw new DomainError(DEREGISTRATION_ERRORS.receipt_not_ready);
    return this.retention.kept(d.accountId);
  }

  /** A hold is gone: the classes that it deferred are work again. */
  async releaseDeferred(tx: Tx, accountId: string, recordClasses: readonly string[]): Promise<void> {
    const now = this.clock.now();
    for (const id of await this.units.undefer(tx, accountId, recordClasses, now))
      await this.store.setNextDue(tx, id, now);
  }

  /** A hold is gone: participants that it deferred are asked. */
  async releaseParticipants(tx: Tx, accountId: string | undefined): Promise<void> {
    const now = this.clock.now();
    for (const id of await this.units.undeferParticipants(tx, accountId, now)) await this.store.setNextDue(tx, id, now);
  }

  /** A participant's answer, in the transaction of whoever heard it. */
  acknowledge(tx: Tx, id: string, said: Acknowledgement, serviceId: string): Promise<Disposition> {
    return this.acknowledgements.take(tx, id, said, serviceId);
  }

  /** Participants that the demo world plays. */
  get demoParticipants(): readonly string[] {
    return this.config.demoParticipants;
  }

  /** A person says: try the failed units again now. */
  async retry(id: string, actor: Actor): Promise<void> {
    await this.transactor.run(async (tx) => {
      const d = await this.store.findLocked(tx, id);
      if (d === undefined) throw new DomainError(HTTP_ERRORS.not_found);
      if (d.state !== 'partially_executed') return;
      const now = this.clock.now();
      await this.units.retryNow(tx, id, now);
      await this.store.setNextDue(tx, id, now);
      await this.changes.tell(tx, d, 'resumed', actor, { by: 'hand' });
    });
  }

  takeDue(tx: Tx, now: Date, until: Date, limit: number): Promise<{ id: string; claims: number }[]> {
    return this.due.takeDue(tx, now, until, limit);
  }

  isDue(tx: Tx, now: Date, claimedToo: boolean): Promise<boolean> {
    return this.due.isDue(tx, now, claimedToo);
  }

  letGo(tx: Tx, id: string): Promise<void> {
    return this.due.letGo(tx, id);
  }

  lookAgain(tx: Tx, id: string, at: Date): Promise<void> {
    return this.store.setNextDue(tx, id, at);
  }

  dropExpiredAddresses(tx: Tx, limit: number): Promise<number> {
    return this.snapshots.dropExpired(tx, this.clock.now(), limit);
  }

  /** Everything stored about the account, as JSON, until execution begins. */
  async download(accountId: string): Promise<Readonly<Record<string, unknown>>> {
    return this.transactor.run(async (tx) => {
      const latest = await this.store.latestOf(tx, accountId);
      // Sessions end with the point of no return; what was signed a moment before opens half an erasure otherwise.
      if (latest !== undefined && isIrrevocable(latest.state)) {
        throw new DomainError(DEREGISTRATION_ERRORS.point_of_no_return);
      }
      return this.retention.export(tx, accountId);
    });
  }
}
