import { Injectable } from '@nestjs/common';
import { SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { addPeriod } from '../../kernel/period.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { ChangeDeregistrationService } from './change-deregistration.service.js';
import { DeregistrationConfig } from './deregistration.config.js';
import { DEREGISTRATION_EVENTS, type ParticipantRequest } from './deregistration.events.js';
import type { Deregistration, Unit } from './deregistration.record.js';
import { DeregistrationStore } from './deregistration.store.js';
import { type Plan, toErase } from './domain/plan.js';
import { NUMBER_TRACES, type ParticipantPhase, toWire } from './domain/unit.js';
import { IssueReceiptService } from './issue-receipt.service.js';
import { KillPoint } from './kill-point.js';
import { AccountGate, planRefOf, RetentionGate } from './ports.js';
import { UnitStore } from './unit.store.js';
import { SnapshotsStore } from './snapshots.store.js';

/** The worker's fencing number is no longer the newest: somebody else has the unit, and what was done is undone (R17). */
export class LostUnit extends Error {
  override readonly name = 'LostUnit';
}

/** The independent pass found something of the person: a failure, not a warning (R42). */
export class ResidueFound extends Error {
  override readonly name = 'ResidueFound';

  /** @param found tables and columns, with what kind of thing; never a value */
  constructor(readonly found: readonly string[]) {
    super(found.join(', '));
  }
}

/**
 * What each unit does. The work and its done-marker share one transaction, the marker last; the account's row is locked
 * first. A second run of the same unit finds the work done and changes nothing.
 */
@Injectable()
export class SagaStepsService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: DeregistrationStore,
    private readonly snapshots: SnapshotsStore,
    private readonly units: UnitStore,
    private readonly changes: ChangeDeregistrationService,
    private readonly receipts: IssueReceiptService,
    private readonly accounts: AccountGate,
    private readonly retention: RetentionGate,
    private readonly outbox: OutboxService,
    private readonly cipher: FieldCipher,
    private readonly killPoint: KillPoint,
    private readonly config: DeregistrationConfig,
    private readonly clock: Clock,
  ) {}

  /** Units of one phase, all in one transaction: either all of them are done with their markers, or none is. */
  async work(d: Deregistration, units: readonly Unit[]): Promise<void> {
    const { plan } = d;
    if (plan === null) throw new Error(`deregistration ${d.id} has no plan`);
    // Not in a transaction: the ledger may be a network away.
    if (units.some((u) => u.phase === 'record_intent')) await this.retention.intentKept(planRefOf(d, plan));
    await this.transactor.run(async (tx) => {
      await this.accounts.lock(tx, d.accountId);
      if (!(await this.units.stillMine(tx, units))) throw new LostUnit(units.map((u) => u.unit).join());
      for (const unit of units) {
        await this.step(tx, d, plan, unit);
        this.killPoint.reached(unit, 'worked');
      }
    });
  }

  private async step(tx: Tx, d: Deregistration, plan: Plan, unit: Unit): Promise<void> {
    switch (unit.phase) {
      case 'record_intent':
        return this.finish(tx, unit, { kept: true });
      case 'fence':
      case 'erase_outside':
        return this.tellParticipant(tx, d, plan, unit, unit.phase);
      case 'snapshot':
        return this.finish(tx, unit, await this.takeSnapshot(tx, d));
      case 'seal':
        return this.finish(tx, unit, await this.retention.seal(tx, planRefOf(d, plan), unit.unit));
      case 'erase_inside':
        if (unit.unit !== NUMBER_TRACES) return this.erase(tx, d, plan, unit);
        return this.finish(tx, unit, await this.forgetNumber(tx, d));
      case 'verify':
        return this.finish(tx, unit, await this.verify(tx, d, plan, unit));
      case 'receipt':
        return this.finish(
          tx,
          unit,
          unit.unit === 'issue' ? await this.receipts.issue(tx, d.id) : await this.deliver(tx, d),
        );
      case 'release':
        return this.finish(tx, unit, await this.release(tx, d, plan));
    }
  }

  /** R43, R22: asks, and waits for the answer; being asked is not being done. */
  private async tellParticipant(
    tx: Tx,
    d: Deregistration,
    plan: Plan,
    unit: Unit,
    phase: ParticipantPhase,
  ): Promise<void> {
    const participant = plan.participants.find((p) => p.name === unit.unit);
    if (participant === undefined) throw new Error(`no participant ${unit.unit} in the plan`);
    if (phase === 'erase_outside') {
      const holds = await this.retention.holds(tx, d.accountId, participant.recordClasses);
      if (holds.length > 0) return this.units.defer(tx, unit);
    }
    const now = this.clock.now();
    const deadline = addPeriod(now, this.config.acknowledgementDeadline);
    const request: ParticipantRequest = {
      deregistrationId: d.id,
      accountId: d.accountId,
      participant: unit.unit,
      phase: toWire(phase),
      answerBy: deadline.toISOString(),
    };
    const type = phase === 'fence' ? DEREGISTRATION_EVENTS.fenceRequested : DEREGISTRATION_EVENTS.erasureRequested;
    await this.outbox.publish(tx, { type, accountId: d.accountId, subjectId: d.id, data: { ...request } });
    await this.units.markTold(tx, unit, now, deadline);
  }

  /** What later steps need to reach the person; sealed, and gone with the receipt (R24, R25). */
  private async takeSnapshot(tx: Tx, d: Deregistration): Promise<{ reachable: boolean }> {
    const phone = await this.accounts.phoneOf(tx, d.accountId);
    if (phone === undefined) return { reachable: false };
    const takenAt = this.clock.now();
    await this.snapshots.insert(tx, {
      deregistrationId: d.id,
      accountId: d.accountId,
      sealed: this.cipher.seal(phone, snapshotContext(d.id)),
      takenAt,
      expiresAt: addPeriod(takenAt, this.config.snapshotLife),
    });
    return { reachable: true };
  }

  private async erase(tx: Tx, d: Deregistration, plan: Plan, unit: Unit): Promise<void> {
    const step = await this.retention.erase(tx, planRefOf(d, plan), unit.unit);
    if (step.outcome === 'held') return this.units.defer(tx, unit);
    const before = unit.result?.['count'];
    const result = { action: step.action, count: step.count + (typeof before === 'number' ? before : 0) };
    if (step.outcome === 'more') return this.units.giveBack(tx, unit, result, this.clock.now());
    await this.units.finish(tx, unit, result, this.clock.now());
  }

  /** Counters and codes that are filed under the number: keyed, and still a trace. */
  private async forgetNumber(tx: Tx, d: Deregistration): Promise<{ action: string; count: number }> {
    const phone = await this.addressOf(tx, d);
    return { action: 'erase', count: phone === undefined ? 0 : await this.accounts.forgetTraces(tx, phone) };
  }

  private async verify(tx: Tx, d: Deregistration, plan: Plan, unit: Unit): Promise<{ residue: number }> {
    // Found something last time: erased once more, then looked for anew.
    if (unit.attempts > 1) await this.eraseAgain(tx, d, plan);
    const phone = await this.addressOf(tx, d);
    const traces = phone === undefined ? [] : this.accounts.traces(phone);
    const deferred = (await this.units.of(tx, d.id)).filter((u) => u.state === 'deferred').map((u) => u.unit);
    const residue = await this.retention.residue(tx, planRefOf(d, plan), traces, deferred);
    if (residue.length > 0) throw new ResidueFound(residue);
    return { residue: 0 };
  }

  /** Queued in the transaction in which the address goes: once, whoever is killed when (R25). */
  private async deliver(tx: Tx, d: Deregistration): Promise<{ queued: boolean }> {
    if ((await this.store.find(tx, d.id))?.receipt == null)
      throw new Error(`deregistration ${d.id} has no receipt yet`);
    const phone = await this.addressOf(tx, d);
    if (phone !== undefined) await this.receipts.queue(tx, d, phone);
    await this.snapshots.drop(tx, d.id);
    return { queued: phone !== undefined };
  }

  /** The number is free, or barred, only now: everything of its old holder is verified as gone (R11). */
  private async release(tx: Tx, d: Deregistration, plan: Plan): Promise<{ released: true }> {
    const seen = await this.store.findLocked(tx, d.id);
    if (seen === undefined) throw new Error(`deregistration ${d.id} vanished`);
    await this.retention.eraseLast(tx, planRefOf(d, plan));
    await this.accounts.end(tx, d.accountId);
    const set = { ...this.changes.closing(), partial_since: null, partial_reasons: null };
    await this.changes.move(tx, seen, 'complete', SYSTEM, set, { as: 'completed' });
    await this.eraseAgain(tx, d, plan);
    return { released: true };
  }

  /** What the steps themselves, or a write that was under way, left since each class was done. */
  private async eraseAgain(tx: Tx, d: Deregistration, plan: Plan): Promise<void> {
    for (const recordClass of toErase(plan)) await this.retention.erase(tx, planRefOf(d, plan), recordClass);
  }

  private async addressOf(tx: Tx, d: Deregistration): Promise<string | undefined> {
    const sealed = await this.snapshots.find(tx, d.id);
    return sealed && this.cipher.openText(sealed, snapshotContext(d.id));
  }

  private finish(tx: Tx, unit: Unit, result: object): Promise<void> {
    return this.units.finish(tx, unit, result, this.clock.now());
  }
}

const snapshotContext = (id: string): string => columnContext('deregistration_snapshots', 'sealed', id);
