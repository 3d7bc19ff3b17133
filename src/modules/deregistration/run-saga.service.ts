import { Injectable, Logger } from '@nestjs/common';
import { SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { addPeriod, periodMs } from '../../kernel/period.js';
import { newId } from '../../kernel/ids.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { failureCode } from '../../platform/queues/failure-code.js';
import { ChangeDeregistrationService } from './change-deregistration.service.js';
import { DeregistrationConfig } from './deregistration.config.js';
import type { Deregistration, PartialReason, Unit } from './deregistration.record.js';
import { DeregistrationStore } from './deregistration.store.js';
import { backOffMs, currentPhase, type Phase } from './domain/unit.js';
import { KillPoint } from './kill-point.js';
import { ReviewGate } from './ports.js';
import { LostUnit, ResidueFound, SagaStepsService } from './saga-steps.service.js';
import { UnitStore } from './unit.store.js';

/** Units that one turn works off before the next request has its turn. */
const TURN = 64;
/** Units of one phase that are claimed at once, and done in one transaction as long as none of them fails. */
const TOGETHER = 32;

type Next = { readonly units: readonly Unit[]; readonly of: Deregistration } | 'wait' | 'again';

/**
 * Drives one request through its units. It remembers nothing: every turn reads from PostgreSQL what is left, so that a
 * killed worker, a flushed queue or a restarted database costs a lease and no more (R18, R19).
 */
@Injectable()
export class RunSagaService {
  private readonly log = new Logger('deregistration-saga');
  /** Names this process in leases; the fencing number is what decides. */
  private readonly owner = newId();

  constructor(
    private readonly transactor: Transactor,
    private readonly store: DeregistrationStore,
    private readonly units: UnitStore,
    private readonly changes: ChangeDeregistrationService,
    private readonly steps: SagaStepsService,
    private readonly reviews: ReviewGate,
    private readonly killPoint: KillPoint,
    private readonly config: DeregistrationConfig,
    private readonly clock: Clock,
  ) {}

  /** Works until nothing is due now, or its turn is over. */
  async advance(id: string): Promise<void> {
    for (let done = 0; done < TURN;) {
      const next = await this.transactor.run((tx) => this.next(tx, id));
      if (next === 'wait') return;
      done += next === 'again' ? 1 : next.units.length;
      if (next !== 'again') await this.work(next.of, next.units);
    }
    await this.transactor.run((tx) => this.store.setNextDue(tx, id, this.clock.now()));
  }

  /** Claims the next workable units; or says when to look again. */
  private async next(tx: Tx, id: string): Promise<Next> {
    const now = this.clock.now();
    const d = await this.store.findLocked(tx, id);
    if (d?.state !== 'executing' && d?.state !== 'partially_executed') {
      // A deferred unit whose hold was lifted after completion is still to be done; nothing else is.
      return d?.state === 'completed' ? this.afterCompletion(tx, d) : 'wait';
    }
    const all = await this.units.of(tx, id);
    const phase = currentPhase(all);
    if (phase === undefined) throw new Error(`deregistration ${id} is ${d.state} with every unit done`);
    const here = all.filter((u) => u.phase === phase);
    if (await this.failSilent(tx, here, now)) return 'again';
    if (await this.alarm(tx, d, here)) return 'again';
    if (d.state === 'partially_executed' && !here.some((u) => u.state === 'failed' && u.nextAttemptAt > now)) {
      await this.resume(tx, d);
      return 'again';
    }
    const units = await this.claim(tx, id, phase, now);
    if (units.length > 0) return { units, of: d };
    await this.store.setNextDue(tx, id, nextLook(here, addPeriod(now, this.config.unitLease)));
    return 'wait';
  }

  private async afterCompletion(tx: Tx, d: Deregistration): Promise<Next> {
    const now = this.clock.now();
    for (const phase of ['erase_outside', 'erase_inside'] as const) {
      const units = await this.claim(tx, d.id, phase, now);
      if (units.length > 0) return { units, of: d };
    }
    const open = (await this.units.of(tx, d.id)).filter((u) => u.state !== 'done' && u.state !== 'deferred');
    await this.failSilent(tx, open, now);
    await this.store.setNextDue(
      tx,
      d.id,
      open.length === 0 ? null : nextLook(open, addPeriod(now, this.config.unitLease)),
    );
    return 'wait';
  }

  private claim(tx: Tx, id: string, phase: Phase, now: Date): Promise<Unit[]> {
    return this.units.claim(tx, id, phase, {
      owner: this.owner,
      now,
      leaseUntil: addPeriod(now, this.config.unitLease),
      // Issued before it is delivered, and never delivered while issuing fails.
      limit: phase === 'receipt' ? 1 : TOGETHER,
    });
  }

  private async work(d: Deregistration, units: readonly Unit[]): Promise<void> {
    for (const unit of units) this.killPoint.reached(unit, 'claimed');
    // One that fails takes the others back with it: then each goes alone, and only that one fails.
    const together =
      units.length > 1 &&
      (await this.steps.work(d, units).then(
        () => true,
        () => false,
      ));
    if (!together) for (const unit of units) await this.workAlone(d, unit);
    for (const unit of units) this.killPoint.reached(unit, 'committed');
  }

  private async workAlone(d: Deregistration, unit: Unit): Promise<void> {
    try {
      await this.steps.work(d, [unit]);
    } catch (error) {
      if (error instanceof LostUnit) return;
      await this.failed(d, unit, error);
    }
  }

  /** Back-off, to the back of the queue; the words of an error may quote a value, so only its kind is kept. */
  private async failed(d: Deregistration, unit: Unit, error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.name : 'unknown';
    const { phase, unit: name, attempts } = unit;
    // What a residue is called is a table and a column; what a database error is called may quote a person.
    const where = error instanceof ResidueFound ? error.message : failureCode(error);
    this.log.error({ deregistrationId: d.id, phase, unit: name, attempts, failure: reason, where });
    await this.transactor.run(async (tx) => {
      if (!(await this.units.stillMine(tx, [unit]))) return;
      const wait = backOffMs(unit.attempts, periodMs(this.config.retryBase), periodMs(this.config.retryCap));
      const next = new Date(this.clock.now().getTime() + wait);
      await this.units.fail(tx, unit, reason, next, error instanceof ResidueFound ? { found: error.found } : undefined);
    });
  }

  /** Told, and silent past the deadline (R23). */
  private async failSilent(tx: Tx, here: readonly Unit[], now: Date): Promise<boolean> {
    const silent = here.filter(
      (u) => u.state === 'running' && u.toldAt !== null && u.leaseUntil !== null && u.leaseUntil <= now,
    );
    for (const unit of silent) {
      await this.units.fail(tx, unit, 'acknowledgement_overdue', addPeriod(now, this.config.partialRetry));
    }
    return silent.length > 0;
  }

  /** A unit that people have to look at makes the request `partially_executed`: said aloud, and tried again. */
  private async alarm(tx: Tx, d: Deregistration, here: readonly Unit[]): Promise<boolean> {
    if (d.state !== 'executing') return false;
    const reasons = here.filter((u) => u.state === 'failed' && this.isAlarming(u)).map(reasonOf);
    if (reasons.length === 0) return false;
    const now = this.clock.now();
    const set = { partial_since: now, partial_reasons: reasons };
    await this.changes.move(tx, d, 'stall', SYSTEM, set, { as: 'partiallyExecuted', data: { reasons } });
    await this.reviews.raise(
      tx,
      { deregistrationId: d.id, accountId: d.accountId },
      addPeriod(now, this.config.partialRetry),
    );
    return true;
  }

  private isAlarming(unit: Unit): boolean {
    if (unit.nextAttemptAt <= this.clock.now()) return false;
    return ALARMING.has(unit.lastError ?? '') || unit.attempts >= this.config.alarmAfterAttempts;
  }

  private async resume(tx: Tx, d: Deregistration): Promise<void> {
    const set = { partial_since: null, partial_reasons: null };
    await this.changes.move(tx, d, 'resume', SYSTEM, set, { as: 'resumed' });
    await this.reviews.settle(tx, { deregistrationId: d.id, accountId: d.accountId });
  }
}

/** What no retry by itself will mend: somebody has to know at once. */
const ALARMING: ReadonlySet<string> = new Set(['acknowledgement_overdue', 'refused', 'ResidueFound']);

const reasonOf = ({ phase, unit, lastError }: Unit): PartialReason => ({ phase, unit, reason: lastError ?? 'unknown' });

/** The earliest moment at which something can happen by itself. */
function nextLook(units: readonly Unit[], fallback: Date): Date {
  const times = units.flatMap((u) => {
    if (u.state === 'planned' || u.state === 'failed') return [u.nextAttemptAt];
    return u.state === 'running' && u.leaseUntil !== null ? [u.leaseUntil] : [];
  });
  return times.length === 0 ? fallback : new Date(Math.min(...times.map((t) => t.getTime())));
}
