import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { atLeastUntil } from '../../kernel/period.js';
import type { Tx } from '../../platform/database/transactor.js';
import { Catalogue, type PinnedPolicy } from './catalogue.js';
import { DeletionGateway, type PlanRef } from './deletion-gateway.js';
import { type ClassFacts, type PlanEntry, planEntry } from './domain/plan.js';
import type { Basis, Keeping, RecordClass } from './domain/policy.js';
import { HoldStore } from './hold.store.js';
import { type LiveRow, PlaceStore } from './place.store.js';
import { RecordSealer } from './record-sealer.js';
import { RecordStore } from './record.store.js';

export interface RetentionPlan {
  readonly policy: { readonly version: string; readonly sha256: string };
  /** In the order of erasure. */
  readonly entries: readonly PlanEntry[];
}

/** One line of what stays, as the receipt tells it. */
export interface RetainedSummary {
  readonly recordClass: string;
  readonly basis: Basis;
  readonly from: string;
  /** null while a hold keeps it. */
  readonly until: string | null;
  readonly readers: readonly string[];
}

export interface KeptInPlace {
  readonly recordClass: RecordClass;
  readonly keeping: Keeping;
  readonly count: number;
  readonly from: Date;
  readonly until: Date;
  readonly holds: readonly string[];
}

/** What becomes of each class when one account ends: the preview, the reviewer's plan and the export read this. */
@Injectable()
export class Planner {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly gateway: DeletionGateway,
    private readonly places: PlaceStore,
    private readonly sealer: RecordSealer,
    private readonly holds: HoldStore,
    private readonly records: RecordStore,
    private readonly clock: Clock,
  ) {}

  /** @param endsAt when the account is expected to end, for the dates of what is kept */
  async planFor(
    tx: Tx,
    accountId: string,
    endsAt: Date,
    pinned: PinnedPolicy = this.catalogue.current,
  ): Promise<RetentionPlan> {
    const entries: PlanEntry[] = [];
    for (const recordClass of pinned.policy.classes) {
      const facts = await this.facts(tx, recordClass, accountId);
      entries.push(planEntry(recordClass, facts, endsAt));
    }
    return { policy: { version: pinned.version, sha256: pinned.sha256 }, entries };
  }

  /** Everything of the person that stands in live tables, by class and table, encrypted columns opened. */
  async exportSubject(tx: Tx, accountId: string): Promise<Record<string, Record<string, LiveRow[]>>> {
    const data: Record<string, Record<string, LiveRow[]>> = {};
    for (const recordClass of this.catalogue.current.policy.classes) {
      const found = await this.sealer.collect(tx, recordClass, accountId);
      if (Object.values(found).some((list) => list.length > 0)) data[recordClass.name] = found;
    }
    return data;
  }

  async holdsOn(tx: Tx, accountId: string, recordClasses: readonly string[]): Promise<string[]> {
    if (recordClasses.length === 0) {
      const active = await this.holds.active(tx, accountId);
      return active
        .filter((h) => h.account_id === accountId && h.case_id === null && h.record_classes === null)
        .map((h) => h.id);
    }
    const { policy } = this.catalogue.current;
    const found = await Promise.all(
      policy.classes.filter((c) => recordClasses.includes(c.name)).map((c) => this.gateway.holdsOn(tx, accountId, c)),
    );
    return [...new Set(found.flat())];
  }

  async retained(tx: Tx, accountId: string, plan: PlanRef): Promise<RetainedSummary[]> {
    const sealed = (await this.records.register(tx, accountId)).map((r): RetainedSummary => ({
      recordClass: r.record_class,
      basis: r.basis,
      from: r.trigger_at.toISOString(),
      until: r.hold_ids.length > 0 ? null : r.expires_at.toISOString(),
      readers: r.readers,
    }));
    const kept = (await this.inPlace(tx, accountId, plan.policySha256)).map(
      ({ recordClass, keeping, from, until, holds }): RetainedSummary => ({
        recordClass: recordClass.name,
        basis: keeping.basis,
        from: from.toISOString(),
        until: holds.length > 0 ? null : until.toISOString(),
        readers: keeping.readers,
      }),
    );
    return [...sealed, ...kept];
  }

  /** What stays where it is and goes with its own time: cases, and the receipt itself. */
  async inPlace(tx: Tx, accountId: string, policySha256: string): Promise<KeptInPlace[]> {
    const { policy } = await this.catalogue.pinned(tx, policySha256);
    const kept: KeptInPlace[] = [];
    for (const recordClass of policy.classes) {
      const { keeping } = recordClass;
      if (recordClass.ending !== 'keep' || keeping === undefined) continue;
      const { count, lastSince, holds } = await this.facts(tx, recordClass, accountId);
      if (count === 0) continue;
      const from = lastSince ?? this.clock.now();
      kept.push({ recordClass, keeping, count, from, until: atLeastUntil(from, keeping.period), holds });
    }
    return kept;
  }

  /** Rows of the class that stand in live tables. */
  async countOf(tx: Tx, accountId: string, recordClass: RecordClass): Promise<number> {
    return (await this.facts(tx, recordClass, accountId)).count;
  }

  private async facts(tx: Tx, recordClass: RecordClass, accountId: string): Promise<ClassFacts> {
    let count = 0;
    let lastSince: Date | null = null;
    for (const place of recordClass.tables) {
      const found = await this.places.count(tx, place, accountId);
      count += found.count;
      if (found.lastSince !== null && (lastSince === null || found.lastSince > lastSince)) lastSince = found.lastSince;
    }
    return { count, lastSince, holds: await this.gateway.holdsOn(tx, accountId, recordClass) };
  }
}
