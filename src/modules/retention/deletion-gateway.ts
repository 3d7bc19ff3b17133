import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import type { Tx } from '../../platform/database/transactor.js';
import { Catalogue } from './catalogue.js';
import { DeferralStore } from './deferral.store.js';
import { covers, type HeldUnit } from './domain/hold.js';
import type { Ending, RecordClass, TablePlace } from './domain/policy.js';
import { HoldStore } from './hold.store.js';
import { RecordKeys } from './keys/record-keys.js';
import { LedgerKeeper } from './ledger-keeper.js';
import { PlaceStore } from './place.store.js';
import { type DueBatch, DueRecordsStore } from './due-records.store.js';
import { RecordStore } from './record.store.js';
import { RetentionConfig } from './retention.config.js';
import { RETENTION_ERRORS } from './retention.errors.js';

/** The plan under which something is erased: its id, and the policy it was made from. */
export interface PlanRef {
  readonly planId: string;
  readonly policySha256: string;
}

export interface ErasedUnit {
  /** Rows deleted or anonymised by this call. */
  readonly count: number;
  /** A hold stops it; the release will finish it. */
  readonly deferred: boolean;
  /** The batch was full: call again. */
  readonly more: boolean;
}

/**
 * The only code that deletes classified data (R3). Every path takes the subjects' locks first and asks for holds under
 * them, in the transaction that deletes, so that a hold placed at any moment stops what has not been deleted (R2).
 */
@Injectable()
export class DeletionGateway {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly holds: HoldStore,
    private readonly places: PlaceStore,
    private readonly records: RecordStore,
    private readonly dueRecords: DueRecordsStore,
    private readonly deferrals: DeferralStore,
    private readonly keys: RecordKeys,
    private readonly ledger: LedgerKeeper,
    private readonly config: RetentionConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * One batch of one record class of one subject, children before parents.
   * @param disposition what the plan says instead of the policy: a class kept on told consent that was not given is erased
   */
  async eraseClass(
    tx: Tx,
    accountId: string,
    className: string,
    plan: PlanRef,
    disposition?: Ending,
  ): Promise<ErasedUnit> {
    if (!(await this.ledger.isAnnounced(tx, accountId, plan.planId))) {
      throw new DomainError(RETENTION_ERRORS.erasure_not_announced);
    }
    return this.eraseAnnounced(tx, accountId, className, plan, disposition);
  }

  /** For what comes out of the ledger itself: the replay on a restored database. */
  async eraseAnnounced(
    tx: Tx,
    accountId: string,
    className: string,
    plan: PlanRef,
    disposition?: Ending,
  ): Promise<ErasedUnit> {
    const recordClass = await this.catalogue.recordClass(tx, plan.policySha256, className);
    await this.holds.lockSubjects(tx, [accountId]);
    // What is kept in place ends with its own time; the retention run sees to it.
    const ending = disposition ?? recordClass.ending;
    if (ending === 'keep') return { count: 0, deferred: false, more: false };
    const now = this.clock.now();
    if ((await this.holdsOn(tx, accountId, recordClass)).length > 0) {
      const unit = { accountId, recordClass: className, planId: plan.planId, policySha256: plan.policySha256 };
      await this.deferrals.refuse(tx, { id: newId(), ...unit, at: now });
      return { count: 0, deferred: true, more: false };
    }
    if (ending === 'seal') await this.assertSealed(tx, accountId, recordClass, plan);
    const { count, more } = await this.eraseBatch(tx, recordClass, accountId);
    if (!more) await this.deferrals.finish(tx, accountId, className, plan.planId, now);
    return { count, deferred: false, more };
  }

  /**
   * Erases the places that are erased last, such as the identifiers: called in the transaction that frees them (R11).
   */
  async eraseFreedLast(tx: Tx, accountId: string, plan: PlanRef): Promise<number> {
    const { policy } = await this.catalogue.pinned(tx, plan.policySha256);
    await this.holds.lockSubjects(tx, [accountId]);
    let count = 0;
    for (const recordClass of policy.classes) {
      for (const place of recordClass.tables.filter((p) => p.freedLast)) {
        count += await this.places.eraseSubject(tx, place, accountId, this.config.batchRows);
      }
    }
    return count;
  }

  /** Ids of the holds in force that cover the unit. The caller has the subject's lock when the answer decides. */
  async holdsOn(tx: Tx, accountId: string, recordClass: Pick<RecordClass, 'name' | 'tables'>): Promise<string[]> {
    const active = await this.holds.active(tx, accountId);
    if (active.length === 0) return [];
    const caseIds = (await Promise.all(recordClass.tables.map((p) => this.places.caseIds(tx, p, accountId)))).flat();
    const unit: HeldUnit = { accountId, recordClass: recordClass.name, caseIds };
    return active
      .filter((h) =>
        covers(
          {
            accountId: h.account_id ?? undefined,
            caseId: h.case_id ?? undefined,
            recordClasses: h.record_classes ?? undefined,
          },
          unit,
        ),
      )
      .map((h) => h.id);
  }

  /**
   * Expired retained records: key and row go, a tombstone stays. The key is destroyed before the commit: the lock keeps
   * every hold out until then. After a crash in between the next run finds a row whose key is gone and removes it; a hold
   * that comes first buries it (`buryShredded`).
   */
  async expireRecords(
    tx: Tx,
    recordClass: string,
    due: Pick<DueBatch, 'count' | 'ids' | 'stripes'>,
    runId: string | null,
  ): Promise<{ erased: number; held: number }> {
    if (due.count === 0) return { erased: 0, held: 0 };
    await this.holds.lockStripes(tx, due.stripes);
    const { erased, keys } = await this.dueRecords.expire(tx, recordClass, due.ids, runId, this.clock.now());
    if (keys !== null) await this.keys.destroyPacked(recordClass, keys);
    return { erased, held: due.count - erased };
  }

  /**
   * A worker that died between the keys of a batch and its commit leaves rows that open nothing. A hold that comes now must
   * not keep them: what it names was gone before it. Called under the hold's own lock. @returns how many were buried
   */
  async buryShredded(
    tx: Tx,
    scope: { accountId: string | null; caseId: string | null; recordClasses: readonly string[] | null },
  ): Promise<number> {
    const now = this.clock.now();
    const recordClasses = scope.recordClasses ?? this.catalogue.current.policy.classes.map((c) => c.name);
    const found = await this.dueRecords.expiredUnder(tx, { ...scope, recordClasses }, now, this.config.batchRows);
    const shredded: string[] = [];
    for (const { id, account_id: accountId, record_class: recordClass, key_slot: slot } of found) {
      if (await this.keys.isDestroyed({ accountId, recordClass, slot: slot ?? undefined })) shredded.push(id);
    }
    return shredded.length === 0 ? 0 : this.dueRecords.bury(tx, shredded, now);
  }

  /** Live rows past their own time. */
  async expireLive(
    tx: Tx,
    recordClass: string,
    place: TablePlace,
    before: Date,
    due: readonly { key: string; subject: string | null }[],
  ): Promise<{ erased: number; held: number }> {
    if (due.length === 0) return { erased: 0, held: 0 };
    await this.holds.lockSubjects(
      tx,
      due.flatMap((r) => (r.subject === null ? [] : [r.subject])),
    );
    const erased = await this.places.eraseDue(
      tx,
      place,
      recordClass,
      before,
      due.map((r) => r.key),
    );
    return { erased, held: due.length - erased };
  }

  private async eraseBatch(
    tx: Tx,
    recordClass: RecordClass,
    accountId: string,
  ): Promise<{ count: number; more: boolean }> {
    let count = 0;
    for (const place of recordClass.tables.filter((p) => !p.freedLast)) {
      const left = this.config.batchRows - count;
      if (left <= 0) return { count, more: true };
      const gone = await this.places.eraseSubject(tx, place, accountId, left);
      count += gone;
      if (gone === left) return { count, more: true };
    }
    return { count, more: false };
  }

  /** Seal, read back, then erase (R43): rows that must be kept never go before their sealed copy stands there. */
  private async assertSealed(tx: Tx, accountId: string, recordClass: RecordClass, plan: PlanRef): Promise<void> {
    if ((await this.records.ofPlan(tx, accountId, recordClass.name, plan.planId)) !== undefined) return;
    // Kept and gone again since: a restored database has the live rows of a record that expired after the backup.
    if (await this.keys.isDestroyed({ accountId, recordClass: recordClass.name })) return;
    for (const place of recordClass.tables.filter((p) => !p.freedLast)) {
      const { count } = await this.places.count(tx, place, accountId);
      if (count > 0) throw new Error(`${recordClass.name} must be sealed before it is erased`);
    }
  }
}
