import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod } from '../../kernel/period.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { AuditService } from '../audit/audit.service.js';
import { Catalogue } from './catalogue.js';
import { DeferralStore } from './deferral.store.js';
import { DeletionGateway } from './deletion-gateway.js';
import { assertKnownClasses } from './known-classes.js';
import { HoldStore, type HoldRow } from './hold.store.js';
import { LedgerKeeper } from './ledger-keeper.js';
import { RetentionConfig } from './retention.config.js';
import { RETENTION_ERRORS } from './retention.errors.js';
import { RETENTION_EVENTS } from './retention.events.js';
import { RunStore } from './run.store.js';

export interface HoldOrder {
  readonly accountId?: string | undefined;
  readonly caseId?: string | undefined;
  readonly recordClasses?: readonly string[] | undefined;
  readonly reason: string;
  readonly authority: string;
  readonly reference: string;
  readonly reviewAt: Date;
}

const CLAUSES = ['DER-7', '2.5(1)', '7.1'];

/** Orders that what they name is not erased: any number at once, each with a reason, an authority and a review date. */
@Injectable()
export class LegalHolds {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: HoldStore,
    private readonly deferrals: DeferralStore,
    private readonly runs: RunStore,
    private readonly gateway: DeletionGateway,
    private readonly catalogue: Catalogue,
    private readonly ledger: LedgerKeeper,
    private readonly audit: AuditService,
    private readonly outbox: OutboxService,
    private readonly config: RetentionConfig,
    private readonly clock: Clock,
  ) {}

  async place(once: Once, order: HoldOrder, by: Actor): Promise<HoldRow> {
    this.refuseBadOrder(order);
    return this.transactor.once(once, (tx) => this.placeIn(tx, order, by));
  }

  /** From another module's transaction (an evidence hold, 7.1). Takes the same lock as every erasure (R2, R6). */
  async placeIn(tx: Tx, order: HoldOrder, by: Actor): Promise<HoldRow> {
    await this.lock(tx, order.accountId ?? null);
    const hold: HoldRow = {
      id: newId(),
      account_id: order.accountId ?? null,
      case_id: order.caseId ?? null,
      record_classes: order.recordClasses === undefined ? null : [...order.recordClasses],
      reason: order.reason,
      authority: order.authority,
      reference: order.reference,
      review_at: order.reviewAt,
      placed_by: by.id,
      placed_at: this.clock.now(),
      released_by: null,
      released_at: null,
      release_reason: null,
    };
    const scope = { accountId: hold.account_id, caseId: hold.case_id, recordClasses: hold.record_classes };
    await this.gateway.buryShredded(tx, scope);
    await this.store.insert(tx, hold);
    // The ledger carries holds too, so that a restored database does not lose them (R10).
    await this.ledger.announce(tx, { kind: 'hold_placed', ...accountOf(hold), body: { hold: ledgerForm(hold) } });
    await this.tell(tx, 'legal_hold.placed', RETENTION_EVENTS.holdPlaced, hold, by);
    return hold;
  }

  release(id: string, reason: string, by: Actor): Promise<HoldRow> {
    return this.transactor.run((tx) => this.releaseIn(tx, id, reason, by));
  }

  /** From another module's transaction: what the hold was for has ended. */
  async releaseIn(tx: Tx, id: string, reason: string, by: Actor): Promise<HoldRow> {
    const hold = await this.store.find(tx, id);
    if (hold === undefined) throw new DomainError(HTTP_ERRORS.not_found);
    await this.lock(tx, hold.account_id);
    const now = this.clock.now();
    if (!(await this.store.release(tx, id, by.id, now, reason)))
      throw new DomainError(RETENTION_ERRORS.legal_hold_released);
    await this.ledger.announce(tx, { kind: 'hold_released', ...accountOf(hold), body: { holdId: id } });
    await this.enqueueReleased(tx, hold, now);
    await this.tell(tx, 'legal_hold.released', RETENTION_EVENTS.holdReleased, hold, by);
    return { ...hold, released_at: now, released_by: by.id, release_reason: reason };
  }

  /** Placed and not released. */
  async stands(tx: Tx, id: string): Promise<boolean> {
    const hold = await this.store.find(tx, id);
    return hold !== undefined && hold.released_at === null;
  }

  list(
    filter: { accountId?: string | undefined; active?: boolean | undefined },
    after: readonly unknown[] | undefined,
    limit: number,
  ): Promise<HoldRow[]> {
    return this.store.list(this.transactor.reader, filter, after, limit);
  }

  async find(id: string): Promise<HoldRow> {
    const hold = await this.store.find(this.transactor.reader, id);
    if (hold === undefined) throw new DomainError(HTTP_ERRORS.not_found);
    return hold;
  }

  /**
   * What the hold deferred and no other hold still stops becomes due in the transaction of the release: a forgotten
   * deferred erasure would be data kept without a ground (R4). Expired retained records go by a run of their own.
   */
  private async enqueueReleased(tx: Tx, hold: HoldRow, now: Date): Promise<void> {
    const free: string[] = [];
    for (const unit of await this.deferrals.open(tx, hold.account_id, hold.record_classes)) {
      const recordClass = await this.catalogue.recordClass(tx, unit.policy_sha256, unit.record_class);
      if ((await this.gateway.holdsOn(tx, unit.account_id, recordClass)).length > 0) continue;
      free.push(unit.id);
      await this.outbox.publish(tx, {
        type: RETENTION_EVENTS.unitReleased,
        accountId: unit.account_id,
        subjectId: unit.id,
        data: { planId: unit.plan_id, recordClass: unit.record_class },
      });
    }
    await this.deferrals.enqueue(tx, free, now);
    await this.runs.request(tx, {
      id: newId(),
      dryRun: false,
      cause: 'hold_released',
      requestedBy: { kind: 'system', id: hold.id },
      scope: hold.record_classes === null ? {} : { recordClasses: hold.record_classes },
      policy: this.catalogue.current,
      now,
    });
  }

  private lock(tx: Tx, accountId: string | null): Promise<void> {
    return accountId === null ? this.store.lockAll(tx) : this.store.lockSubjects(tx, [accountId]);
  }

  private refuseBadOrder(order: HoldOrder): void {
    if (order.accountId === undefined && order.caseId === undefined && (order.recordClasses ?? []).length === 0) {
      throw new DomainError(RETENTION_ERRORS.legal_hold_scope_empty);
    }
    assertKnownClasses(this.catalogue.current.policy, order.recordClasses);
    const now = this.clock.now();
    if (order.reviewAt <= now || order.reviewAt > addPeriod(now, this.config.longestHoldReview)) {
      throw new DomainError(RETENTION_ERRORS.legal_hold_review_date);
    }
  }

  private async tell(tx: Tx, type: string, event: string, hold: HoldRow, by: Actor): Promise<void> {
    const { id, case_id: caseId, record_classes: recordClasses } = hold;
    await this.audit.record(tx, {
      type,
      actor: by,
      ...accountOf(hold),
      target: { kind: 'legal_hold', id },
      clauses: CLAUSES,
      policies: { retention: this.catalogue.current.sha256 },
      data: { caseId, recordClasses, authority: hold.authority, reference: hold.reference, reason: hold.reason },
    });
    await this.outbox.publish(tx, { type: event, ...accountOf(hold), subjectId: id, data: { caseId, recordClasses } });
  }
}

const accountOf = (hold: HoldRow): { accountId?: string } =>
  hold.account_id === null ? {} : { accountId: hold.account_id };

/** Ids and codes: the reason and the authority's document stay in the database. */
export const ledgerForm = (hold: HoldRow): Record<string, unknown> => ({
  id: hold.id,
  accountId: hold.account_id,
  caseId: hold.case_id,
  recordClasses: hold.record_classes,
  reviewAt: hold.review_at.toISOString(),
  placedAt: hold.placed_at.toISOString(),
});
