import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { RuntimeConfig } from '../../platform/config/runtime.config.js';
import { Transactor } from '../../platform/database/transactor.js';
import { Metrics, type Sample } from '../../platform/telemetry/metrics.js';
import { Readiness } from '../../platform/telemetry/readiness.js';
import { Catalogue } from './catalogue.js';
import { DeferralStore } from './deferral.store.js';
import { dueSources } from './domain/due-sources.js';
import type { RecordClass } from './domain/policy.js';
import { ErasureReplay } from './erasure-replay.js';
import { HoldStore } from './hold.store.js';
import { RecordKeys } from './keys/record-keys.js';
import { PlaceStore } from './place.store.js';
import { DueRecordsStore } from './due-records.store.js';
import { RetentionConfig } from './retention.config.js';

/**
 * What operators alert on. The age of the oldest overdue record and not "the last run was fine": a run that finds nothing
 * because it looks in the wrong place is fine too (R29).
 */
@Injectable()
export class RetentionWatch implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly readiness: Readiness,
    private readonly transactor: Transactor,
    private readonly catalogue: Catalogue,
    private readonly places: PlaceStore,
    private readonly records: DueRecordsStore,
    private readonly deferrals: DeferralStore,
    private readonly holds: HoldStore,
    private readonly replay: ErasureReplay,
    private readonly keys: RecordKeys,
    private readonly config: RetentionConfig,
    private readonly runtime: RuntimeConfig,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    const { metrics } = this;
    metrics.gauge(
      'retention_oldest_overdue_seconds',
      'Age past its period of the oldest record that no hold keeps',
      ['record_class'],
      () => this.overdue(),
    );
    metrics.gauge('retention_deferred_units', 'Units of erasure that a legal hold has stopped', [], async () => [
      { labels: {}, value: (await this.deferrals.waiting(this.transactor.reader)).count },
    ]);
    metrics.gauge(
      'retention_stuck_units_seconds',
      'How long the oldest released unit waits to be finished',
      [],
      async () => [
        { labels: {}, value: this.secondsSince((await this.deferrals.waiting(this.transactor.reader)).oldestDue) },
      ],
    );
    metrics.gauge('legal_hold_reviews_overdue', 'Legal holds in force whose review date has passed', [], async () => [
      { labels: {}, value: await this.holds.overdueReviews(this.transactor.reader, this.clock.now()) },
    ]);
    metrics.gauge('erasure_ledger_entries_behind', 'Entries of the erasure ledger that this database lacks', [], () =>
      Promise.resolve([{ labels: {}, value: this.replay.behind }]),
    );
    this.readiness.register('erasure-ledger', () => this.upToDate());
    // Whoever seals needs the master key. A process that only answers requests does not: there the few that open a
    // retained record are refused with 503, and everybody else is served.
    if (this.config.masterKey === 'vault' && this.runtime.role !== 'api')
      this.readiness.register('record-keys', () => this.keys.check());
  }

  /** A restored backup is not ready before the replay (R9). */
  private async upToDate(): Promise<void> {
    if ((await this.replay.lookAgain()) > 0) throw new Error('the database is older than the erasure ledger');
  }

  private async overdue(): Promise<Sample<'record_class'>[]> {
    const samples: Sample<'record_class'>[] = [];
    for (const recordClass of this.catalogue.current.policy.classes) {
      const value = this.secondsSince(await this.oldest(recordClass));
      samples.push({ labels: { record_class: recordClass.name }, value });
    }
    return samples;
  }

  private async oldest(recordClass: RecordClass): Promise<Date | null> {
    const { reader } = this.transactor;
    const found: Date[] = [];
    for (const source of dueSources(recordClass, this.clock.now(), this.config.destructionGrace)) {
      if (source.kind === 'retained') {
        const at = await this.records.oldestOverdue(reader, recordClass.name, source.expiredBy);
        if (at !== null) found.push(at);
      } else {
        const at = await this.places.oldestOverdue(reader, source.place, recordClass.name, source.before);
        // Overdue since the bound passed it, which is as far back as the row lies before the bound.
        if (at !== null) found.push(new Date(this.clock.now().getTime() - (source.before.getTime() - at.getTime())));
      }
    }
    return found.sort((a, b) => a.getTime() - b.getTime())[0] ?? null;
  }

  private secondsSince(at: Date | null): number {
    return at === null ? 0 : Math.max(0, (this.clock.now().getTime() - at.getTime()) / 1000);
  }
}
