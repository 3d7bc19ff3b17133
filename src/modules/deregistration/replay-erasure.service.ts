import { Injectable, type OnModuleInit } from '@nestjs/common';
import { SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { endOfLegalDay } from '../../kernel/period.js';
import { WorkingDayCalendar, workingDaysAfter } from '../../platform/calendar/domain/working-days.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { type LedgerEntry, RetentionService } from '../retention/retention.service.js';
import { newAccessToken, tokenHash } from './access-token.js';
import { DeregistrationConfig } from './deregistration.config.js';
import type { Deregistration } from './deregistration.record.js';
import { DeregistrationStore } from './deregistration.store.js';
import { isIrrevocable, isOpen } from './domain/deregistration-lifecycle.js';
import { toErase, toSeal } from './domain/plan.js';
import { unitsOf } from './domain/unit.js';
import { PlanDeregistrationService } from './plan-deregistration.service.js';
import { AccountGate, AgreementGate, type LeavingAccount } from './ports.js';
import { UnitStore } from './unit.store.js';

/**
 * A restored backup brings back people who left (R9). The erasure ledger knows them: each is fenced at once, and its saga
 * is put back to where it was irrevocable, so that it runs once more to its end, participants and verification included.
 */
@Injectable()
export class ReplayErasureService implements OnModuleInit {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: DeregistrationStore,
    private readonly units: UnitStore,
    private readonly plans: PlanDeregistrationService,
    private readonly accounts: AccountGate,
    private readonly agreements: AgreementGate,
    private readonly retention: RetentionService,
    private readonly calendar: WorkingDayCalendar,
    private readonly config: DeregistrationConfig,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.retention.onReplay((entry) => this.fence(entry));
  }

  private async fence({ accountId, planId, at }: LedgerEntry): Promise<void> {
    if (accountId === undefined || planId === undefined) return;
    await this.transactor.run(async (tx) => {
      const account = await this.accounts.lock(tx, accountId);
      if (account.state === 'deregistered') return;
      const known = await this.store.findLocked(tx, planId);
      if (known !== undefined && isIrrevocable(known.state)) return;
      await this.closeOthers(tx, accountId, planId);
      if (known === undefined) await this.insert(tx, account, planId, new Date(at));
      if (account.state !== 'deregistering')
        await this.accounts.begin(tx, accountId, { actor: SYSTEM, keepSessionId: null });
      await this.setExecuting(tx, planId);
      await this.accounts.enterExecution(tx, accountId);
    });
  }

  /** What the backup remembers of another request was over before this one began. */
  private async closeOthers(tx: Tx, accountId: string, planId: string): Promise<void> {
    const other = await this.store.latestOf(tx, accountId);
    if (other === undefined || other.id === planId || !isOpen(other.state)) return;
    await this.store.change(tx, other, { state: 'withdrawn', closed_at: this.clock.now(), next_due_at: null });
  }

  /** The request is younger than the backup: what the ledger knows of it is enough to finish it. */
  private async insert(tx: Tx, account: LeavingAccount, id: string, at: Date): Promise<void> {
    const due = workingDaysAfter(this.calendar, at, this.config.legalLimitWorkingDays);
    await this.store.insert(tx, {
      id,
      accountId: account.id,
      state: 'in_review',
      requestedBy: SYSTEM,
      reasonSealed: null,
      accountStateBefore: account.state,
      locale: account.locale,
      agreement: await this.agreements.accepted(tx, account.id),
      toldConsents: [],
      requestedAt: at,
      coolingOffEndsAt: at,
      dueDay: due.day,
      dueAt: endOfLegalDay(due.day),
      dueProvisional: due.provisional,
      calendarEdition: this.calendar.edition,
      reminderDueAt: at,
      nextDueAt: at,
      // The token that the person holds was issued after the backup; a new one comes with the receipt.
      accessTokenHash: tokenHash(newAccessToken()),
    });
  }

  /** Past the table of states on purpose: the ledger proves that the point of no return was behind it. */
  private async setExecuting(tx: Tx, id: string): Promise<void> {
    const seen = await this.store.findLocked(tx, id);
    if (seen === undefined) throw new Error(`deregistration ${id} vanished inside its own transaction`);
    const now = this.clock.now();
    const shown = await this.plans.of(tx, seen.accountId, seen.toldConsents);
    const plan: NonNullable<Deregistration['plan']> = seen.plan ?? shown.plan;
    await this.store.change(tx, seen, {
      state: 'executing',
      plan,
      plan_hash: seen.planHash ?? shown.hash,
      approved_at: seen.approvedAt ?? now,
      execution_started_at: now,
      next_due_at: now,
    });
    const participants = plan.participants.map((p) => p.name);
    await this.units.plan(tx, seen, unitsOf({ participants, seal: toSeal(plan), erase: toErase(plan) }), now);
  }
}
