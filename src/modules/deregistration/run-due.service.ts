import { Injectable } from '@nestjs/common';
import { SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { addPeriod } from '../../kernel/period.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { ChangeDeregistrationService } from './change-deregistration.service.js';
import { DecideDeregistrationService } from './decide-deregistration.service.js';
import { DeregistrationConfig } from './deregistration.config.js';
import type { Deregistration } from './deregistration.record.js';
import { DeregistrationStore } from './deregistration.store.js';
import type { DeregistrationState } from './domain/deregistration-lifecycle.js';
import { executableAt, reviewDueAt } from './domain/timeline.js';
import { NotifyPersonService } from './notify-person.service.js';
import { AccountGate } from './ports.js';
import { RunSagaService } from './run-saga.service.js';
import { StartExecutionService } from './start-execution.service.js';

/** Waiting for a person, or over: no time at which it would be looked at again. */
const NOTHING_TO_DO: readonly DeregistrationState[] = ['requested', 'in_review', 'withdrawn', 'rejected'];

/**
 * Does what is due for one request: reminder, review, final notice, execution, the next steps of the saga. Each request
 * says in one column when it wants to be looked at again; whoever looks reads its state anew (house rule 6).
 */
@Injectable()
export class RunDueService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: DeregistrationStore,
    private readonly changes: ChangeDeregistrationService,
    private readonly decisions: DecideDeregistrationService,
    private readonly execution: StartExecutionService,
    private readonly saga: RunSagaService,
    private readonly person: NotifyPersonService,
    private readonly accounts: AccountGate,
    private readonly config: DeregistrationConfig,
    private readonly clock: Clock,
  ) {}

  /** Safe to call at any time, by anybody, twice. */
  async run(id: string): Promise<void> {
    const d = await this.store.find(this.transactor.reader, id);
    if (d === undefined) return;
    switch (d.state) {
      case 'cooling_off':
        return this.locked(id, (tx, seen) =>
          seen.remindedAt === null ? this.remind(tx, seen) : this.endCoolingOff(tx, seen),
        );
      case 'approved':
        return d.finalNoticeAt === null
          ? this.locked(id, (tx, seen) => this.giveFinalNotice(tx, seen))
          : this.execute(d);
      case 'executing':
      case 'partially_executed':
      case 'completed':
        return this.saga.advance(id);
      case 'requested':
      case 'in_review':
      case 'withdrawn':
      case 'rejected':
        return this.locked(id, (tx, seen) => this.forget(tx, seen));
    }
  }

  /** Read anew under the lock: an approval of this moment has just made it due, and would be lost (found by `npm run chaos`). */
  private async forget(tx: Tx, seen: Deregistration): Promise<void> {
    if (NOTHING_TO_DO.includes(seen.state)) await this.store.setNextDue(tx, seen.id, null);
  }

  private async remind(tx: Tx, seen: Deregistration): Promise<void> {
    if (seen.state !== 'cooling_off') return;
    await this.person.tell(tx, seen, 'reminder', { endsAt: seen.coolingOffEndsAt.toISOString() });
    await this.store.change(tx, seen, { reminded_at: this.clock.now(), next_due_at: seen.coolingOffEndsAt });
    await this.changes.tell(tx, seen, 'reminder');
  }

  private async endCoolingOff(tx: Tx, seen: Deregistration): Promise<void> {
    if (seen.state !== 'cooling_off') return;
    if (seen.coolingOffEndsAt > this.clock.now()) return this.store.setNextDue(tx, seen.id, seen.coolingOffEndsAt);
    const due = reviewDueAt(seen.coolingOffEndsAt, seen.dueAt, this.config.reviewLimit);
    await this.decisions.openReview(tx, seen, due);
  }

  /** R45: queued once, and counted from the moment it really left; a sleeping scheduler only makes everything later. */
  private async giveFinalNotice(tx: Tx, seen: Deregistration): Promise<void> {
    if (seen.state !== 'approved' || seen.finalNoticeAt !== null) return;
    const now = this.clock.now();
    await this.person.tell(tx, seen, 'final_notice', {
      notBefore: addPeriod(now, this.config.finalNoticeLead).toISOString(),
    });
    const wentOut = await this.person.wentOut(tx, seen, now);
    // It is on its way; looked at again in a moment.
    if (wentOut === undefined) return this.store.setNextDue(tx, seen.id, addPeriod(now, this.config.noticeLook));
    const next = addPeriod(wentOut, this.config.finalNoticeLead);
    await this.store.change(tx, seen, { final_notice_at: wentOut, next_due_at: next });
    await this.changes.tell(tx, seen, 'finalNotice', SYSTEM, { executableFrom: next.toISOString() });
  }

  private async execute(d: Deregistration): Promise<void> {
    const from = executableAt(d.finalNoticeAt, this.config.finalNoticeLead);
    if (from !== undefined && from > this.clock.now()) {
      return this.locked(d.id, async (tx, seen) => {
        if (seen.state === 'approved') await this.store.setNextDue(tx, seen.id, from);
      });
    }
    if (await this.execution.start(d.id, d.version)) await this.saga.advance(d.id);
  }

  private async locked(id: string, work: (tx: Tx, d: Deregistration) => Promise<void>): Promise<void> {
    await this.transactor.run(async (tx) => {
      const found = await this.store.find(tx, id);
      if (found === undefined) return;
      await this.accounts.lock(tx, found.accountId);
      const seen = await this.store.findLocked(tx, id);
      if (seen !== undefined) await work(tx, seen);
    });
  }
}
