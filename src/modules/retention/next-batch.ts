import type { Tx } from '../../platform/database/transactor.js';
import type { DueBatch, DueRecordsStore } from './due-records.store.js';

/** Where a batch ended: due moment and key of its last record. */
export type BatchEnd = readonly [string, string];

/**
 * The batches of one class's retained records, each chosen while the one before it goes: choosing takes no lock and
 * decides nothing, what may go is asked anew under the locks.
 */
export class NextBatch {
  private after?: BatchEnd | undefined;
  private limit?: number;
  /** The batch behind `after`, chosen in advance; undefined when that failed. */
  private chosen?: Promise<DueBatch | undefined> | undefined;

  constructor(
    private readonly records: DueRecordsStore,
    private readonly reader: Tx,
  ) {}

  /** The batch behind `after`, and begins to choose the one behind that. */
  async take(
    tx: Tx,
    recordClass: string,
    expiredBy: Date,
    after: BatchEnd | undefined,
    limit: number,
  ): Promise<DueBatch> {
    const kept = this.after?.[1] === after?.[1] && this.limit === limit ? await this.chosen : undefined;
    const due = kept ?? (await this.records.due(tx, recordClass, expiredBy, after, limit));
    this.lookAhead(recordClass, expiredBy, due, limit);
    return due;
  }

  private lookAhead(recordClass: string, expiredBy: Date, due: DueBatch, limit: number): void {
    [this.after, this.limit, this.chosen] = [due.last ?? undefined, limit, undefined];
    if (due.last === null || due.count < limit) return;
    this.chosen = this.records.due(this.reader, recordClass, expiredBy, due.last, limit).catch(() => undefined);
  }
}
