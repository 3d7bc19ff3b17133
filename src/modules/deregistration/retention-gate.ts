import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import type { Tx } from '../../platform/database/transactor.js';
import { type PlanEntry, type PlanRef as RetentionRef, RetentionService } from '../retention/retention.service.js';
import type { PlannedClass } from './domain/plan.js';
import type { RetainedClaim } from './domain/receipt.js';
import { type ErasureStep, type KeptClass, type PlanRef, RetentionGate, type RetentionPlan } from './ports.js';

/** Retention as deregistration needs it. */
@Injectable()
export class RetentionDoorGate extends RetentionGate {
  constructor(
    private readonly retention: RetentionService,
    private readonly clock: Clock,
  ) {
    super();
  }

  async planFor(tx: Tx, accountId: string, endsAt: Date): Promise<RetentionPlan> {
    const { policy, entries } = await this.retention.planFor(tx, accountId, endsAt);
    return {
      policy,
      classes: entries.map(plannedOf),
      forecast: entries.map(({ recordClass, title, count, until }) => ({ recordClass, title, count, until })),
    };
  }

  recordIntent(tx: Tx, plan: PlanRef): Promise<void> {
    return this.retention.announceErasure(tx, plan.accountId, refOf(plan), plan.dispositions);
  }

  async intentKept(_plan: PlanRef): Promise<void> {
    await this.retention.flushLedger();
  }

  async seal(tx: Tx, plan: PlanRef, recordClass: string): Promise<{ count: number }> {
    const sealed = await this.retention.sealClassForSubject(
      tx,
      plan.accountId,
      recordClass,
      refOf(plan),
      this.clock.now(),
    );
    return { count: sealed?.itemCount ?? 0 };
  }

  async erase(tx: Tx, plan: PlanRef, recordClass: string): Promise<ErasureStep> {
    const disposition = plan.dispositions[recordClass];
    const ref = refOf(plan);
    const step = await this.retention.eraseClassForSubject(tx, plan.accountId, recordClass, ref, disposition);
    if (step.deferred) return { outcome: 'held' };
    return { outcome: step.more ? 'more' : 'done', count: step.count, action: 'erase' };
  }

  async eraseLast(tx: Tx, plan: PlanRef): Promise<void> {
    await this.retention.eraseFreedLast(tx, plan.accountId, refOf(plan));
  }

  async residue(
    tx: Tx,
    plan: PlanRef,
    traces: readonly string[],
    deferred: readonly string[],
  ): Promise<readonly string[]> {
    const { findings } = await this.retention.verifySubject(tx, plan.accountId, traces, refOf(plan), deferred);
    return findings.map(({ table, column, what, rows }) => `${table}.${column}: ${what} in ${rows}`);
  }

  async retained(tx: Tx, plan: PlanRef): Promise<readonly RetainedClaim[]> {
    const kept = await this.retention.retained(tx, plan.accountId, refOf(plan));
    return kept.map(({ recordClass, basis, from, until, readers }) => ({
      recordClass,
      basis: basis.references,
      from,
      until,
      readers,
    }));
  }

  async kept(accountId: string): Promise<readonly KeptClass[]> {
    return (await this.retention.register(accountId)).map((line) => ({
      recordClass: line.recordClass,
      title: line.title,
      state: line.state,
      basis: line.basis,
      reason: line.reason,
      from: line.from,
      until: line.until,
      readers: line.readers,
      destroyedAt: line.destroyed?.at ?? null,
    }));
  }

  titles(policySha256: string): ReturnType<RetentionGate['titles']> {
    return this.retention.titles(policySha256);
  }

  holds(tx: Tx, accountId: string, recordClasses: readonly string[]): Promise<readonly string[]> {
    return this.retention.holdsOn(tx, accountId, recordClasses);
  }

  export(tx: Tx, accountId: string): Promise<Readonly<Record<string, unknown>>> {
    return this.retention.exportSubject(tx, accountId);
  }
}

const refOf = ({ deregistrationId: planId, policySha256 }: PlanRef): RetentionRef => ({ planId, policySha256 });

const plannedOf = (e: PlanEntry): PlannedClass => ({
  recordClass: e.recordClass,
  disposition: e.action,
  basis: e.basis,
  reason: e.reason,
  period: e.period,
  atExpiry: e.atExpiry,
  readers: e.readers,
  holds: e.holds,
});
