import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { changed, row, rows } from '../database/sql.js';
import { Transactor, type Tx } from '../database/transactor.js';
import { BlindIndex } from './blind-index.js';
import { type EncryptedColumn, encryptedColumns, type IndexedColumn, indexedColumns } from './encrypted-columns.js';
import { headerOf } from './envelope.js';
import { columnContext, FieldCipher } from './field-cipher.js';
import type { KeyPurpose } from './key-material.js';
import { KeyRing } from './key-ring.js';

const BATCH = 500;

export interface ColumnProgress {
  readonly purpose: KeyPurpose;
  readonly table: string;
  readonly column: string;
  readonly version: number;
  readonly changed: number;
  readonly finished: boolean;
}

/** One column as a walk: which rows are behind, and how one of them is brought up to date. */
interface Walk {
  readonly purpose: 'field' | 'blind-index';
  readonly table: string;
  readonly column: string;
  readonly idColumn: string;
  readonly idType: 'uuid' | 'text';
  readonly reads: readonly string[];
  /** SQL that is true for a row behind; `$1` is the current version's mark. */
  readonly behind: string;
  /** SQL that is true for a row under the version whose mark is `$1`. */
  readonly under: string;
  readonly mark: (version: number) => Buffer | string;
  readonly renew: (id: string, values: Record<string, unknown>) => Buffer | string;
}

/**
 * Brings registered columns to the current key version: keyset batches, each its own transaction with its cursor, so
 * that a run killed anywhere goes on where it stopped and doing it twice changes nothing.
 */
@Injectable()
export class KeyRotation {
  constructor(
    private readonly transactor: Transactor,
    private readonly ring: KeyRing,
    private readonly cipher: FieldCipher,
    private readonly index: BlindIndex,
    private readonly clock: Clock,
  ) {}

  /** Walks every registered column until none is behind. @param onProgress called after each batch */
  async reseal(onProgress: (progress: ColumnProgress) => void = () => undefined): Promise<ColumnProgress[]> {
    const done: ColumnProgress[] = [];
    for (const walk of this.walks()) done.push(await this.walk(walk, onProgress));
    return done;
  }

  /** Rows still under `version`, by column; empty means that it can be retired. */
  async inUse(purpose: 'field' | 'blind-index', version: number): Promise<{ table: string; column: string }[]> {
    const found: { table: string; column: string }[] = [];
    for (const walk of this.walks().filter((w) => w.purpose === purpose)) {
      const one = await row(this.transactor.reader, `SELECT 1 FROM ${walk.table} WHERE ${walk.under} LIMIT 1`, [
        walk.mark(version),
      ]);
      if (one !== undefined) found.push({ table: walk.table, column: walk.column });
    }
    return found;
  }

  private walks(): Walk[] {
    return [...encryptedColumns().map((c) => this.sealedWalk(c)), ...indexedColumns().map((c) => this.indexWalk(c))];
  }

  private sealedWalk(column: EncryptedColumn): Walk {
    const context = column.context ?? ((id: string) => columnContext(column.table, column.column, id));
    return {
      purpose: 'field',
      ...placeOf(column),
      reads: [column.column],
      behind: `length(${column.column}) > 0 AND substring(${column.column} from 1 for 5) < $1`,
      under: `substring(${column.column} from 1 for 5) = $1`,
      mark: headerOf,
      renew: (id, values) =>
        this.cipher.seal(this.cipher.open(values[column.column] as Buffer, context(id)), context(id)),
    };
  }

  private indexWalk(column: IndexedColumn): Walk {
    const { source, kind } = column;
    const context = source.context ?? ((id: string) => columnContext(column.table, source.column, id));
    return {
      purpose: 'blind-index',
      ...placeOf(column),
      reads: [source.column, ...('column' in kind ? [kind.column] : [])],
      behind: `left(${column.column}, length($1)) <> $1`,
      under: `left(${column.column}, length($1)) = $1`,
      mark: (version) => `k${version}:`,
      renew: (id, values) => {
        const plaintext = this.cipher.openText(values[source.column] as Buffer, context(id));
        const name = 'column' in kind ? String(values[kind.column]) : kind.fixed;
        return this.index.of(name, column.canonical?.(plaintext) ?? plaintext);
      },
    };
  }

  private async walk(walk: Walk, onProgress: (progress: ColumnProgress) => void): Promise<ColumnProgress> {
    const version = this.ring.current(walk.purpose).version;
    let total = 0;
    for (;;) {
      const batch = await this.transactor.run((tx) => this.batch(tx, walk, version));
      total += batch.changed;
      const progress = {
        ...walkName(walk),
        version,
        changed: total,
        finished: batch.last === undefined && batch.clean,
      };
      onProgress(progress);
      if (progress.finished) return progress;
    }
  }

  private async batch(
    tx: Tx,
    walk: Walk,
    version: number,
  ): Promise<{ last?: string; clean: boolean; changed: number }> {
    const name = [walk.purpose, version, walk.table, walk.column];
    const cursor = await row<{ last_id: string | null }>(
      tx,
      `SELECT last_id FROM key_rotation_columns
        WHERE purpose = $1 AND version = $2 AND table_name = $3 AND column_name = $4 FOR UPDATE`,
      name,
    );
    const after = cursor?.last_id ?? undefined;
    const found = await this.behind(tx, walk, version, after);
    for (const values of found) await this.renew(tx, walk, values);
    const last = found.length === 0 ? undefined : String(found.at(-1)?.['row_id']);
    await rows(
      tx,
      `INSERT INTO key_rotation_columns
         (purpose, version, table_name, column_name, last_id, changed, updated_at, finished_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT ON CONSTRAINT key_rotation_columns_pkey DO UPDATE
         SET last_id = excluded.last_id, changed = key_rotation_columns.changed + excluded.changed,
             updated_at = excluded.updated_at, finished_at = excluded.finished_at`,
      // An empty batch starts from the top once more: rows written behind the cursor under the old key are found then.
      [
        ...name,
        last ?? null,
        found.length,
        this.clock.now(),
        last === undefined && after === undefined ? this.clock.now() : null,
      ],
    );
    return { ...(last === undefined ? {} : { last }), clean: after === undefined, changed: found.length };
  }

  private behind(tx: Tx, walk: Walk, version: number, after: string | undefined): Promise<Record<string, unknown>[]> {
    const columns = [...new Set([...walk.reads, walk.column])].join(', ');
    const sources = walk.reads.map((name) => `AND ${name} IS NOT NULL`).join(' ');
    const mark = walk.mark(version);
    return rows(
      tx,
      `SELECT ${walk.idColumn}::text AS row_id, ${columns} FROM ${walk.table}
        WHERE ${walk.column} IS NOT NULL ${sources} AND ${walk.behind}
          ${after === undefined ? '' : `AND ${walk.idColumn} > $2::${walk.idType}`}
        ORDER BY ${walk.idColumn} LIMIT ${BATCH} FOR UPDATE`,
      after === undefined ? [mark] : [mark, after],
    );
  }

  private async renew(tx: Tx, walk: Walk, values: Record<string, unknown>): Promise<void> {
    const id = String(values['row_id']);
    await changed(
      tx,
      `UPDATE ${walk.table} SET ${walk.column} = $2 WHERE ${walk.idColumn} = $1::${walk.idType} RETURNING 1`,
      [id, walk.renew(id, values)],
    );
  }
}

const walkName = (walk: Walk): Pick<ColumnProgress, 'purpose' | 'table' | 'column'> => ({
  purpose: walk.purpose,
  table: walk.table,
  column: walk.column,
});

const placeOf = (column: EncryptedColumn | IndexedColumn): Pick<Walk, 'table' | 'column' | 'idColumn' | 'idType'> => ({
  table: column.table,
  column: column.column,
  idColumn: column.idColumn ?? 'id',
  idType: column.idType ?? 'uuid',
});
