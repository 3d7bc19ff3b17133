import { Injectable } from '@nestjs/common';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { BatchLimits, tookTooLong } from './batch-limits.js';
import { DeletionGateway } from './deletion-gateway.js';
import type { DueSource } from './domain/due-sources.js';
import { DueRecordsStore } from './due-records.store.js';
import { MonthDropper } from './month-dropper.js';
import { type BatchEnd, NextBatch } from './next-batch.js';
import { PlaceStore } from './place.store.js';
import { RetentionConfig } from './retention.config.js';
import { RunLease } from './run-lease.js';
import { type RunClassRow, type RunRow, RunStore } from './run.store.js';

export type OnProgress = (recordClass: RunClassRow) => void;

/** What one batch picked, where it ended, and what became of it. */
interface Taken {
  readonly picked: number;
  readonly last: BatchEnd | undefined;
  readonly result: { readonly erased: number; readonly held: number };
}

/** Erases everything that is due of one record class, batch by batch, the cursor saved with the work. */
@Injectable()
export class DrainClass {
  constructor(
    private readonly transactor: Transactor,
    private readonly runs: RunStore,
    private readonly lease: RunLease,
    private readonly gateway: DeletionGateway,
    private readonly records: DueRecordsStore,
    private readonly places: PlaceStore,
    private readonly months: MonthDropper,
    private readonly limits: BatchLimits,
    private readonly config: RetentionConfig,
  ) {}

  /** From the cursor of `line` to the end of its sources. @throws RunLost; what PostgreSQL refuses even one row at a time */
  async drain(
    run: RunRow,
    line: RunClassRow,
    sources: readonly DueSource[],
    onProgress: OnProgress,
  ): Promise<RunClassRow> {
    let current = line;
    let limit = this.config.batchRows;
    const ahead = new NextBatch(this.records, this.transactor.reader);
    for (;;) {
      const source = sources[current.cursor?.source ?? 0];
      if (source === undefined) return current;
      await this.limits.waitForCalm();
      try {
        if (source.kind === 'live' && current.cursor?.after === undefined) {
          const gone = await this.months.dropOver(line.record_class, source.place, source.before);
          current = { ...current, erased: current.erased + gone };
        }
        const before = current;
        current = await this.transactor.run((tx) => this.batch(tx, run, before, source, limit, ahead));
        onProgress(current);
      } catch (error) {
        // Too slow for its limits: smaller batches drain what a large one never would (R29).
        if (limit === 1 || !tookTooLong(error)) throw error;
        limit = Math.max(1, Math.floor(limit / 4));
      }
    }
  }

  private async batch(
    tx: Tx,
    run: RunRow,
    line: RunClassRow,
    source: DueSource,
    limit: number,
    ahead: NextBatch,
  ): Promise<RunClassRow> {
    // Not one after the other: the second waits behind the first on the same connection anyway.
    await Promise.all([this.limits.limitTime(tx), this.lease.renew(tx, run)]);
    const at = line.cursor?.source ?? 0;
    const { picked, last, result } = await this.take(tx, run, line, source, limit, ahead);
    const exhausted = picked < limit;
    const next: RunClassRow = {
      ...line,
      erased: line.erased + result.erased,
      held: line.held,
      batches: line.batches + 1,
      cursor: exhausted || last === undefined ? { source: at + 1 } : { source: at, after: last },
    };
    await this.runs.saveClass(tx, next);
    return next;
  }

  private async take(
    tx: Tx,
    run: RunRow,
    line: RunClassRow,
    source: DueSource,
    limit: number,
    ahead: NextBatch,
  ): Promise<Taken> {
    const after = line.cursor?.after;
    if (source.kind === 'retained') {
      const due = await ahead.take(tx, line.record_class, source.expiredBy, after, limit);
      const result = await this.gateway.expireRecords(tx, line.record_class, due, run.id);
      return { picked: due.count, last: due.last ?? undefined, result };
    }
    const due = await this.places.due(tx, source.place, source.before, after, limit);
    const last = due.at(-1);
    const result = await this.gateway.expireLive(tx, line.record_class, source.place, source.before, due);
    return { picked: due.length, last: last && [last.since, last.key], result };
  }
}
