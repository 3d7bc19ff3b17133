import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { Catalogue } from './catalogue.js';
import { type DeferralRow, DeferralStore } from './deferral.store.js';
import { DeletionGateway } from './deletion-gateway.js';
import type { RecordClass } from './domain/policy.js';
import {
  type Destroyed,
  promisedEnd,
  type PromisedRecord,
  reconcile,
  type RegisterEntry,
  stateOf,
} from './domain/register.js';
import { LedgerStore } from './ledger.store.js';
import { Planner } from './planner.js';
import { type ReadRow, RecordStore, type RegisterRow } from './record.store.js';

/** Another module's word of what its receipts told the person would stay; empty where there is no receipt (any more). */
export type PromiseSource = (tx: Tx, accountId: string) => Promise<readonly PromisedRecord[]>;

export interface RegisterLine extends RegisterEntry {
  /** Newest first. Of a destroyed record they went with it; the audit log keeps who and when. */
  readonly reads: readonly ReadRow[];
}

/**
 * The retained-record register (provability.md): everything that is still there of somebody who left, sealed or in place
 * or held, and what became of the rest that the receipt names. Nothing is opened for it.
 */
@Injectable()
export class RetentionRegister {
  private readonly sources: PromiseSource[] = [];

  constructor(
    private readonly transactor: Transactor,
    private readonly records: RecordStore,
    private readonly deferrals: DeferralStore,
    private readonly ledger: LedgerStore,
    private readonly planner: Planner,
    private readonly gateway: DeletionGateway,
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
  ) {}

  onReceipts(source: PromiseSource): void {
    this.sources.push(source);
  }

  of(accountId: string): Promise<RegisterLine[]> {
    return this.transactor.run(async (tx) => {
      const present = [
        ...(await this.sealed(tx, accountId)),
        ...(await this.inPlace(tx, accountId)),
        ...(await this.heldInPlace(tx, accountId)),
      ];
      const promised = (await Promise.all(this.sources.map((source) => source(tx, accountId)))).flat();
      const { entries, gone } = reconcile(present, promised);
      for (const promise of gone) entries.push(await this.destroyed(tx, accountId, promise));
      const reads = await this.records.readsOf(tx, accountId);
      return entries.map((entry) => ({ ...entry, reads: reads.filter((r) => r.record_id === entry.recordId) }));
    });
  }

  private async sealed(tx: Tx, accountId: string): Promise<RegisterEntry[]> {
    const entries: RegisterEntry[] = [];
    for (const r of await this.records.register(tx, accountId)) {
      const entry = { place: 'sealed', until: r.expires_at, holds: r.hold_ids } as const;
      entries.push({
        ...entry,
        ...toldOf(await this.classOf(tx, r.policy_sha256, r.record_class)),
        ...factsOf(r),
        state: stateOf(entry, this.clock.now()),
        inReceipt: false,
        destroyed: null,
      });
    }
    return entries;
  }

  /** By the policy under which the account ended; a living account keeps nothing, it is in use. */
  private async inPlace(tx: Tx, accountId: string): Promise<RegisterEntry[]> {
    const policySha256 = await this.ledger.policyOfEnd(tx, accountId);
    if (policySha256 === undefined) return [];
    const kept = await this.planner.inPlace(tx, accountId, policySha256);
    return kept.map(({ recordClass, keeping, count, from, until, holds }) => {
      const entry = { place: 'in_place', until, holds } as const;
      return {
        ...entry,
        ...toldOf(recordClass),
        recordId: null,
        recordClass: recordClass.name,
        state: stateOf(entry, this.clock.now()),
        basis: keeping.basis,
        trigger: keeping.trigger,
        from,
        atExpiry: keeping.atExpiry,
        readers: keeping.readers,
        itemCount: count,
        policySha256,
        inReceipt: false,
        destroyed: null,
      };
    });
  }

  /** What the erasure could not take because a hold covers it. */
  private async heldInPlace(tx: Tx, accountId: string): Promise<RegisterEntry[]> {
    const entries: RegisterEntry[] = [];
    for (const unit of await this.deferrals.ofSubject(tx, accountId)) {
      if (unit.done_at === null) entries.push(await this.deferred(tx, unit));
    }
    return entries;
  }

  private async deferred(tx: Tx, unit: DeferralRow): Promise<RegisterEntry> {
    const recordClass = await this.classOf(tx, unit.policy_sha256, unit.record_class);
    const place = recordClass ?? { name: unit.record_class, tables: [] };
    const entry = {
      place: 'in_place',
      until: null,
      holds: await this.gateway.holdsOn(tx, unit.account_id, place),
    } as const;
    return {
      ...entry,
      ...toldOf(recordClass),
      recordId: null,
      recordClass: unit.record_class,
      state: stateOf(entry, this.clock.now()),
      basis: null,
      reason: null,
      trigger: null,
      from: unit.first_refused_at,
      atExpiry: null,
      readers: ['legal'],
      itemCount: recordClass === undefined ? null : await this.planner.countOf(tx, unit.account_id, recordClass),
      policySha256: unit.policy_sha256,
      inReceipt: false,
      destroyed: null,
    };
  }

  private async destroyed(tx: Tx, accountId: string, promise: PromisedRecord): Promise<RegisterEntry> {
    const recordClass = await this.classOf(tx, promise.policySha256, promise.recordClass);
    const keeping = promise.byHold ? undefined : recordClass?.keeping;
    const wasSealed = recordClass?.ending === 'seal' && !promise.byHold;
    const until = wasSealed ? promisedEnd(promise, keeping?.period) : promise.until;
    const grave = wasSealed ? await this.records.graveOf(tx, accountId, promise.recordClass, until) : undefined;
    return {
      ...toldOf(recordClass),
      recordId: grave?.record_id ?? null,
      recordClass: promise.recordClass,
      place: wasSealed ? 'sealed' : 'in_place',
      state: 'destroyed',
      basis: keeping === undefined ? null : { kind: keeping.basis.kind, references: promise.basis },
      ...(promise.byHold ? { reason: null } : {}),
      trigger: keeping?.trigger ?? null,
      from: promise.from,
      until,
      atExpiry: keeping?.atExpiry ?? null,
      readers: promise.readers,
      holds: [],
      itemCount: null,
      policySha256: promise.policySha256,
      inReceipt: true,
      destroyed: grave
        ? { at: grave.destroyed_at, runId: grave.run_id }
        : await this.afterHold(tx, accountId, promise.recordClass),
    };
  }

  private async afterHold(tx: Tx, accountId: string, recordClass: string): Promise<Destroyed> {
    const units = await this.deferrals.ofSubject(tx, accountId);
    const at = units.find((u) => u.record_class === recordClass)?.done_at ?? null;
    return { at, runId: null };
  }

  private async classOf(tx: Tx, policySha256: string, name: string): Promise<RecordClass | undefined> {
    return (await this.catalogue.find(tx, policySha256))?.policy.classes.find((c) => c.name === name);
  }
}

const toldOf = (recordClass: RecordClass | undefined): Pick<RegisterEntry, 'title' | 'reason'> => ({
  title: recordClass?.title ?? null,
  reason: recordClass?.keeping?.reason ?? null,
});

const factsOf = (r: RegisterRow) => ({
  recordId: r.id,
  recordClass: r.record_class,
  basis: r.basis,
  trigger: r.trigger_kind,
  from: r.trigger_at,
  atExpiry: r.at_expiry,
  readers: r.readers,
  itemCount: r.item_count,
  policySha256: r.policy_sha256,
});
