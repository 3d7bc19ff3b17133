import { Injectable } from '@nestjs/common';
import { rows } from '../database/sql.js';
import type { Tx } from '../database/transactor.js';

@Injectable()
export class MonthPartitionStore {
  async ensure(tx: Tx, table: string, now: Date, months: number): Promise<void> {
    await rows(
      tx,
      `SELECT create_month_partition($1, (date_trunc('month', $2::timestamptz AT TIME ZONE 'UTC') + n * interval '1 month')::date)
         FROM generate_series(0, $3::int) AS n`,
      [table, now, months],
    );
  }
}
