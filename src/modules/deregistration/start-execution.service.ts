import { Injectable } from '@nestjs/common';
import { SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { isDomainError } from '../../kernel/domain-error.js';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';
import { addPeriod } from '../../kernel/period.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { ChangeDeregistrationService } from './change-deregistration.service.js';
import { DeregistrationConfig } from './deregistration.config.js';
import type { Deregistration } from './deregistration.record.js';
import { DeregistrationStore } from './deregistration.store.js';
import { planProblems, toErase, toSeal } from './domain/plan.js';
import { mayExecute } from './domain/timeline.js';
import { unitsOf } from './domain/unit.js';
import { AccountGate, planRefOf, RetentionGate } from './ports.js';
import { UnitStore } from './unit.store.js';

/** The point of no return: one compare-and-set, and everything that must be true from that moment on (R1, R11, R14). */
@Injectable()
export class StartExecutionService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: DeregistrationStore,
    private readonly units: UnitStore,
    private readonly changes: ChangeDeregistrationService,
    private readonly accounts: AccountGate,
    private readonly retention: RetentionGate,
    private readonly config: DeregistrationConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * @param version what the worker saw: a withdrawal in between has changed it
   * @returns false when it lost the race, or the time has not come
   */
  async start(id: string, version: number): Promise<boolean> {
    try {
      return await this.transactor.run((tx) => this.enter(tx, id, version));
    } catch (error) {
      // Withdrawn, or started by another worker, a moment ago: theirs stands.
      if (isDomainError(error, HTTP_ERRORS.stale_version) || isDomainError(error, LIFECYCLE_ERRORS.wrong_state))
        return false;
      throw error;
    }
  }

  private async enter(tx: Tx, id: string, version: number): Promise<boolean> {
    const found = await this.store.find(tx, id);
    if (found === undefined) return false;
    await this.accounts.lock(tx, found.accountId);
    const seen = await this.store.findLocked(tx, id);
    if (seen?.state !== 'approved' || seen.version !== version || seen.plan === null) return false;
    const now = this.clock.now();
    if (!mayExecute({ now, finalNoticeAt: seen.finalNoticeAt }, this.config.finalNoticeLead)) return false;
    const problems = planProblems(seen.plan);
    // R21: a plan that asks nobody is a fault to look at, not a quick success.
    if (problems.length > 0) throw new Error(`deregistration ${id} cannot be executed: ${problems.join('; ')}`);
    await this.begin(tx, seen, now);
    return true;
  }

  private async begin(tx: Tx, seen: Deregistration, now: Date): Promise<void> {
    const { plan } = seen;
    if (plan === null) return;
    const set = { execution_started_at: now, next_due_at: now };
    const data = {
      planHash: seen.planHash,
      answerBy: addPeriod(now, this.config.acknowledgementDeadline).toISOString(),
    };
    await this.changes.move(tx, seen, 'execute', SYSTEM, set, { as: 'executionStarted', data });
    await this.accounts.enterExecution(tx, seen.accountId);
    const participants = plan.participants.map((p) => p.name);
    await this.units.plan(tx, seen, unitsOf({ participants, seal: toSeal(plan), erase: toErase(plan) }), now);
    await this.retention.recordIntent(tx, planRefOf(seen, plan));
  }
}
