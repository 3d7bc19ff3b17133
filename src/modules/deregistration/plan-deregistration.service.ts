import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { addPeriod } from '../../kernel/period.js';
import type { Tx } from '../../platform/database/transactor.js';
import { DeregistrationConfig } from './deregistration.config.js';
import { type AgreedRecordClass, applyAgreement, type Plan, planHash } from './domain/plan.js';
import { type ClassForecast, RetentionGate } from './ports.js';

export interface ShownPlan {
  readonly plan: Plan;
  readonly hash: string;
  readonly forecast: readonly ClassForecast[];
  /** What its classes are called, where nothing is forecast any more. */
  readonly titles?: Readonly<Record<string, ClassForecast['title']>>;
}

/** Makes the plan of one person's leaving: the same for the preview, the reviewer and the worker. */
@Injectable()
export class PlanDeregistrationService {
  constructor(
    private readonly retention: RetentionGate,
    private readonly config: DeregistrationConfig,
    private readonly clock: Clock,
  ) {}

  /** The plan before the person said anything: every class that needs their agreement still stands in it. */
  async offer(tx: Tx, accountId: string): Promise<ShownPlan> {
    return this.make(tx, accountId, undefined);
  }

  async of(tx: Tx, accountId: string, agreed: readonly AgreedRecordClass[]): Promise<ShownPlan> {
    return this.make(tx, accountId, agreed);
  }

  /** As it was decided: what it would have kept and counted is by now the receipt's to say. */
  async frozen(plan: Plan, hash: string): Promise<ShownPlan> {
    return { plan, hash, forecast: [], titles: await this.retention.titles(plan.policy.sha256) };
  }

  private async make(tx: Tx, accountId: string, agreed: readonly AgreedRecordClass[] | undefined): Promise<ShownPlan> {
    const endsAt = addPeriod(this.clock.now(), this.config.coolingOff);
    const { policy, classes, forecast } = await this.retention.planFor(tx, accountId, endsAt);
    const plan: Plan = {
      policy,
      classes: agreed === undefined ? classes : applyAgreement(classes, agreed),
      participants: this.config.participants.map(({ name, recordClasses }) => ({ name, recordClasses })),
    };
    return { plan, hash: planHash(plan), forecast };
  }
}
