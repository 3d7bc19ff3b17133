import { Injectable } from '@nestjs/common';
import { Transactor } from '../../platform/database/transactor.js';
import { BatchLimits } from './batch-limits.js';
import { Catalogue } from './catalogue.js';
import { type DueSource, dueSources } from './domain/due-sources.js';
import { DueRecordsStore } from './due-records.store.js';
import { PlaceStore } from './place.store.js';
import { RetentionConfig } from './retention.config.js';

export interface DueCount {
  /** Records that may go. */
  readonly due: number;
  /** Records whose time is over and that a legal hold keeps. */
  readonly held: number;
  readonly oldest_overdue_at: Date | null;
}

/** Counts what of a record class is due, without touching it. */
@Injectable()
export class DueCounts {
  constructor(
    private readonly transactor: Transactor,
    private readonly records: DueRecordsStore,
    private readonly places: PlaceStore,
    private readonly limits: BatchLimits,
    private readonly catalogue: Catalogue,
    private readonly config: RetentionConfig,
  ) {}

  async measure(recordClass: string, sources: readonly DueSource[]): Promise<DueCount> {
    let [due, held] = [0, 0];
    let oldest: Date | null = null;
    for (const source of sources) {
      const found = await this.transactor.run(async (tx) => {
        await this.limits.limitTime(tx);
        return source.kind === 'retained'
          ? this.records.countDue(tx, recordClass, source.expiredBy)
          : this.places.countDue(tx, source.place, recordClass, source.before);
      });
      due += found.due;
      held += found.held;
      if (found.oldest !== null && (oldest === null || found.oldest < oldest)) oldest = found.oldest;
    }
    return { due, held, oldest_overdue_at: oldest };
  }

  /** How a class stands against a moment: what a dry run of that moment would count now. */
  async measureAt(policySha256: string, recordClass: string, asOf: Date): Promise<{ due: number; held: number }> {
    const found = await this.catalogue.recordClass(this.transactor.reader, policySha256, recordClass);
    const { due, held } = await this.measure(recordClass, dueSources(found, asOf, this.config.destructionGrace));
    return { due, held };
  }
}
