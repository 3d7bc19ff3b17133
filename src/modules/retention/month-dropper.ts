import { Injectable } from '@nestjs/common';
import { rows } from '../../platform/database/sql.js';
import { sqlState, Transactor } from '../../platform/database/transactor.js';
import type { TablePlace } from './domain/policy.js';
import { HoldStore } from './hold.store.js';
import { PartitionStore } from './partition.store.js';

/** How long a detach may wait for its lock, in milliseconds: writers queue behind it for no longer. */
const LOCK_WAIT_MS = '200';
const LOCK_NOT_AVAILABLE = '55P03';

/** Drops whole months before their rows would be deleted one batch after the other; what is held stays for the batches. */
@Injectable()
export class MonthDropper {
  constructor(
    private readonly transactor: Transactor,
    private readonly partitions: PartitionStore,
    private readonly holds: HoldStore,
  ) {}

  /** @returns how many rows went with their months */
  async dropOver(recordClass: string, place: TablePlace, before: Date): Promise<number> {
    if (place.set !== undefined) return 0;
    let gone = 0;
    for (const partition of await this.partitions.over(this.transactor.reader, place.table, before)) {
      gone += await this.drop(recordClass, place, partition);
    }
    return gone;
  }

  /** The holds' own lock keeps a new hold out between the look and the drop. */
  private async drop(recordClass: string, place: TablePlace, partition: string): Promise<number> {
    try {
      return await this.transactor.run(async (tx) => {
        await rows(tx, `SELECT set_config('lock_timeout', $1, true)`, [LOCK_WAIT_MS]);
        await this.holds.lockAll(tx);
        const { count, held } = await this.partitions.look(tx, partition, place, recordClass);
        if (held) return 0;
        await this.partitions.drop(tx, place.table, partition);
        return count;
      });
    } catch (error) {
      // Somebody reads the table: its rows go in batches now, the month next time.
      if (sqlState(error) === LOCK_NOT_AVAILABLE) return 0;
      throw error;
    }
  }
}
