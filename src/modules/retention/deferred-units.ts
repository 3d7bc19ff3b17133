import { Injectable } from '@nestjs/common';
import { SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { Transactor } from '../../platform/database/transactor.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { AuditService } from '../audit/audit.service.js';
import { Catalogue } from './catalogue.js';
import { DeferralStore } from './deferral.store.js';
import { DeletionGateway } from './deletion-gateway.js';
import { LedgerKeeper } from './ledger-keeper.js';
import { RecordSealer } from './record-sealer.js';
import { RETENTION_EVENTS } from './retention.events.js';

const UNITS = 20;

/** Finishes what a released hold had stopped (R4). A dry run of retention stops new work only, never this (R41). */
@Injectable()
export class DeferredUnits {
  constructor(
    private readonly transactor: Transactor,
    private readonly deferrals: DeferralStore,
    private readonly gateway: DeletionGateway,
    private readonly sealer: RecordSealer,
    private readonly catalogue: Catalogue,
    private readonly ledger: LedgerKeeper,
    private readonly audit: AuditService,
    private readonly outbox: OutboxService,
    private readonly clock: Clock,
  ) {}

  /** One batch of one due unit a transaction. @returns how many units were worked on */
  async workDue(): Promise<number> {
    let worked = 0;
    while (worked < UNITS && (await this.workNext())) worked += 1;
    return worked;
  }

  private workNext(): Promise<boolean> {
    return this.transactor.run(async (tx) => {
      const [unit] = await this.deferrals.claimDue(tx, this.clock.now(), 1);
      if (unit === undefined) return false;
      const { account_id: accountId, record_class: recordClass } = unit;
      const plan = { planId: unit.plan_id, policySha256: unit.policy_sha256 };
      const byPolicy = (await this.catalogue.recordClass(tx, plan.policySha256, recordClass)).ending;
      const ending = (await this.ledger.dispositionOf(tx, accountId, plan.planId, recordClass)) ?? byPolicy;
      if (ending === 'seal') await this.sealer.sealClass(tx, accountId, recordClass, plan, this.clock.now());
      const erased = await this.gateway.eraseClass(tx, accountId, recordClass, plan, ending);
      if (erased.deferred || erased.more) return true;
      await this.audit.record(tx, {
        type: 'retention_unit.erased',
        actor: SYSTEM,
        accountId,
        target: { kind: 'retention_unit', id: unit.id },
        clauses: ['DER-3', 'DER-7', '2.5'],
        policies: { retention: plan.policySha256 },
        data: { recordClass, planId: plan.planId, count: erased.count },
      });
      const data = { planId: plan.planId, recordClass, count: erased.count };
      await this.outbox.publish(tx, { type: RETENTION_EVENTS.unitErased, accountId, subjectId: unit.id, data });
      return true;
    });
  }
}
