import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactor.js';
import { Catalogue, type PinnedPolicy } from './catalogue.js';
import { DeletionGateway } from './deletion-gateway.js';
import { type PlanEntry, planEntry } from './domain/plan.js';
import type { RecordClass } from './domain/policy.js';
import { type LiveRow, PlaceStore } from './place.store.js';
import { RecordSealer } from './record-sealer.js';

export interface RetentionPlan {
  readonly policy: { readonly version: string; readonly sha256: string };
  /** In the order of erasure. */
  readonly entries: readonly PlanEntry[];
}

/** What becomes of each class when one account ends: the preview, the reviewer's plan and the export read this. */
@Injectable()
export class Planner {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly gateway: DeletionGateway,
    private readonly places: PlaceStore,
    private readonly sealer: RecordSealer,
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

  private async facts(
    tx: Tx,
    recordClass: RecordClass,
    accountId: string,
  ): Promise<{ count: number; lastSince: Date | null; holds: string[] }> {
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
