import { Injectable } from '@nestjs/common';
import { row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { Scalar } from './domain/policy.js';

export interface ScannedColumn {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  /** The column leads an index, so an exact match is cheap however large the table is. */
  readonly indexed: boolean;
  /** Holds text of some form, so a value can stand inside it. */
  readonly speaking: boolean;
}

/** Statements of the verify pass; nothing here is used to erase. */
@Injectable()
export class VerifyStore {
  columns(tx: Tx): Promise<ScannedColumn[]> {
    return rows<ScannedColumn>(
      tx,
      `SELECT i.table_name AS "table", i.column_name AS "column", i.data_type AS type,
              i.data_type NOT IN ('uuid') AS speaking,
              EXISTS (SELECT 1 FROM pg_index x JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0]
                       WHERE x.indrelid = format('%I.%I', i.table_schema, i.table_name)::regclass
                         AND a.attname = i.column_name) AS indexed
         FROM information_schema.columns i
         JOIN information_schema.tables t USING (table_schema, table_name)
         JOIN pg_class c ON c.oid = format('%I.%I', i.table_schema, i.table_name)::regclass AND NOT c.relispartition
        WHERE i.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
          AND i.data_type IN ('uuid', 'text', 'character varying', 'jsonb', 'json', 'bytea', 'ARRAY', 'inet', 'cidr')
        ORDER BY 1, 2`,
    );
  }

  /** Estimated rows by table, partitions counted under their parent. */
  async sizes(tx: Tx): Promise<Map<string, number>> {
    const found = await rows<{ name: string; size: number }>(
      tx,
      `SELECT COALESCE(p.relname, c.relname) AS name, sum(greatest(c.reltuples, 0))::float8 AS size
         FROM pg_class c
         LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
         LEFT JOIN pg_class p ON p.oid = i.inhparent
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace GROUP BY 1`,
    );
    return new Map(found.map((r) => [r.name, r.size]));
  }

  /** How many rows mention one of `values` in the column: as the whole of it, or inside it where it is text of some form. */
  async mentions(tx: Tx, { table, column, type, indexed }: ScannedColumn, values: readonly string[]): Promise<number> {
    const at = `"${table}"."${column}"`;
    const condition =
      type === 'uuid'
        ? `${at} = ANY ($1::uuid[])`
        : indexed && (type === 'text' || type === 'character varying')
          ? `${at} = ANY ($1::text[])`
          : type === 'bytea'
            ? `EXISTS (SELECT 1 FROM unnest($1::text[]) AS v WHERE position(convert_to(v, 'UTF8') in ${at}) > 0)`
            : `EXISTS (SELECT 1 FROM unnest($1::text[]) AS v WHERE position(v in ${at}::text) > 0)`;
    const found = await row<{ count: number }>(tx, `SELECT count(*)::int AS count FROM "${table}" WHERE ${condition}`, [
      values,
    ]);
    return found?.count ?? 0;
  }

  /** Rows of the subject in which the column holds something else than what erasing leaves. */
  async filled(
    tx: Tx,
    table: string,
    column: string,
    subject: string,
    accountId: string,
    left: Scalar,
  ): Promise<number> {
    const differs = left === null ? `"${column}" IS NOT NULL` : `"${column}"::text IS DISTINCT FROM $2`;
    const found = await row<{ count: number }>(
      tx,
      `SELECT count(*)::int AS count FROM "${table}" WHERE "${subject}" = $1 AND ${differs}`,
      left === null ? [accountId] : [accountId, String(left)],
    );
    return found?.count ?? 0;
  }
}
