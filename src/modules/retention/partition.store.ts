import { Injectable } from '@nestjs/common';
import { row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { TablePlace } from './domain/policy.js';
import { heldSql } from './hold.store.js';

/** Months of a partitioned table that lie wholly past their period: dropping one costs what deleting a row costs. */
@Injectable()
export class PartitionStore {
  /** Partitions of the table whose whole range ends by `before`, oldest first; never the default one. */
  async over(tx: Tx, table: string, before: Date): Promise<string[]> {
    const found = await rows<{ name: string }>(
      tx,
      `SELECT name FROM (
         SELECT c.relname AS name,
                (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \\(''([^'']+)''\\)'))[1]::timestamptz AS until
           FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
          WHERE i.inhparent = to_regclass($1)
            AND pg_get_expr(c.relpartbound, c.oid) LIKE 'FOR VALUES FROM%') AS part
        WHERE until <= $2 ORDER BY until`,
      [table, before],
    );
    return found.map((r) => r.name);
  }

  /** How many rows the partition has, and whether a hold covers one of them. */
  async look(
    tx: Tx,
    partition: string,
    place: TablePlace,
    recordClass: string,
  ): Promise<{ count: number; held: boolean }> {
    const subject = place.subject === undefined ? 'NULL' : `p.${place.subject}`;
    const caseMatch = place.case === undefined ? 'false' : `h.case_id::text = p.${place.case}::text`;
    const found = await row<{ count: number; held: boolean }>(
      tx,
      `SELECT (SELECT count(*)::int FROM "${partition}") AS count,
              EXISTS (SELECT 1 FROM "${partition}" p WHERE ${heldSql(subject, '$1::text', caseMatch)}) AS held`,
      [recordClass],
    );
    return found ?? { count: 0, held: true };
  }

  /**
   * Detaches and drops. With a default partition PostgreSQL cannot detach concurrently, so the caller's transaction has a
   * short lock timeout: behind a long reader it gives up instead of making every writer queue behind it (R31).
   */
  async drop(tx: Tx, table: string, partition: string): Promise<void> {
    await rows(tx, `ALTER TABLE "${table}" DETACH PARTITION "${partition}"`);
    await rows(tx, `DROP TABLE "${partition}"`);
  }
}
