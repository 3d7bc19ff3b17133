import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { Transactor } from '../database/transactor.js';
import { Sweep } from '../sweeps/sweep.js';
import { MonthPartitionStore } from './month-partitions.store.js';

const MONTHS_AHEAD = 3;
const parents = new Set<string>(['outbox_events', 'event_deliveries']);

/** Declares a table that `create_month_partition` cuts by month, so that its months exist before they begin. */
export function partitionByMonth(table: string): void {
  parents.add(table);
}

/** Makes months ahead of time; a month that comes before its partition lands in the default one and is not lost. */
@Injectable()
export class MonthPartitions {
  constructor(
    private readonly store: MonthPartitionStore,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  @Sweep({ name: 'outbox.create-months', every: 'PT6H' })
  async createMonths(): Promise<number> {
    const now = this.clock.now();
    for (const table of parents) await this.transactor.run((tx) => this.store.ensure(tx, table, now, MONTHS_AHEAD));
    return 0;
  }
}
