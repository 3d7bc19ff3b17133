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

/** One kind of thing to look for in one column. */
export interface Look {
  readonly column: ScannedColumn;
  readonly what: 'account_id' | 'value';
}

/** What is looked for, by its kind. */
export type Wanted = Readonly<Record<Look['what'], readonly string[]>>;

/** Statements of the verify pass; nothing here is used to erase. */
@Injectable()
export class VerifyStore {
  /** The schema as the database tells it; partitions under their parent. */
  columns(tx: Tx): Promise<ScannedColumn[]> {
    return rows<ScannedColumn>(
      tx,
      `SELECT c.relname AS "table", a.attname AS "column",
              CASE WHEN t.typcategory = 'A' THEN 'ARRAY' ELSE format_type(a.atttypid, NULL) END AS type,
              a.atttypid <> 'uuid'::regtype AS speaking,
              EXISTS (SELECT 1 FROM pg_index x WHERE x.indrelid = c.oid AND x.indkey[0] = a.attnum) AS indexed
         FROM pg_class c
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         JOIN pg_type t ON t.oid = a.atttypid
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
          AND (t.typcategory = 'A' OR t.typname IN ('uuid', 'text', 'varchar', 'jsonb', 'json', 'bytea', 'inet', 'cidr'))
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

  /** In how many rows of the table each look finds something: the table is read once for all of them. */
  async countAll(tx: Tx, table: string, looks: readonly Look[], wanted: Wanted): Promise<number[]> {
    const values: (readonly string[])[] = [];
    const number = new Map<Look['what'], number>();
    for (const what of new Set(looks.map((l) => l.what))) number.set(what, values.push(wanted[what]));
    const counts = looks.map(
      ({ column, what }, i) => `count(*) FILTER (WHERE ${mentions(column, `$${number.get(what) ?? 0}`)})::int AS n${i}`,
    );
    const found = await row<Record<string, number>>(tx, `SELECT ${counts.join(', ')} FROM "${table}"`, values);
    return looks.map((_, i) => found?.[`n${i}`] ?? 0);
  }

  /** The same for one look at a table that is too large to read: its column leads an index. */
  async countIndexed(tx: Tx, { column, what }: Look, wanted: Wanted): Promise<number> {
    const found = await row<{ count: number }>(
      tx,
      `SELECT count(*)::int AS count FROM "${column.table}" WHERE ${mentions(column, '$1')}`,
      [wanted[what]],
    );
    return found?.count ?? 0;
  }

  /** Rows of the subject in which each column holds something else than what erasing leaves. */
  async filled(
    tx: Tx,
    place: { readonly table: string; readonly subject: string },
    columns: readonly { readonly name: string; readonly left: Scalar }[],
    accountId: string,
  ): Promise<number[]> {
    const values: string[] = [accountId];
    const counts = columns.map(({ name, left }, i) => {
      const differs =
        left === null ? `"${name}" IS NOT NULL` : `"${name}"::text IS DISTINCT FROM $${values.push(String(left))}`;
      return `count(*) FILTER (WHERE ${differs})::int AS n${i}`;
    });
    const found = await row<Record<string, number>>(
      tx,
      `SELECT ${counts.join(', ')} FROM "${place.table}" WHERE "${place.subject}" = $1`,
      values,
    );
    return columns.map((_, i) => found?.[`n${i}`] ?? 0);
  }
}

/** The column is one of the values, or has one inside it where it is text of some form. */
function mentions({ column, type, indexed }: ScannedColumn, values: string): string {
  const at = `"${column}"`;
  if (type === 'uuid') return `${at} = ANY (${values}::text[]::uuid[])`;
  if (indexed && (type === 'text' || type === 'character varying')) return `${at} = ANY (${values}::text[])`;
  const inside = type === 'bytea' ? `position(convert_to(v, 'UTF8') in ${at}) > 0` : `position(v in ${at}::text) > 0`;
  return `EXISTS (SELECT 1 FROM unnest(${values}::text[]) AS v WHERE ${inside})`;
}
