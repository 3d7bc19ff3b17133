/** A `bytea` column that `FieldCipher` seals under `context(row id)`. */
export interface EncryptedColumn {
  readonly table: string;
  readonly column: string;
  /** Primary key, the keyset of the rotation; `id` by default. */
  readonly idColumn?: string;
  readonly idType?: 'uuid' | 'text';
  /** `table.column:rowId` by default. */
  readonly context?: (rowId: string) => string;
}

/**
 * A `text` column with `BlindIndex.of(kind, value)`, whose value stands sealed in the same row. A digest without its
 * value (a ban) is not registered: it keeps its version, and the version stays in the ring, until the row goes.
 */
export interface IndexedColumn {
  readonly table: string;
  readonly column: string;
  readonly idColumn?: string;
  readonly idType?: 'uuid' | 'text';
  /** A fixed kind, or the column that names it. */
  readonly kind: { readonly fixed: string } | { readonly column: string };
  /** The sealed column of the same row, and the canonical value out of its plaintext (the plaintext itself by default). */
  readonly source: { readonly column: string; readonly context?: (rowId: string) => string };
  readonly canonical?: (plaintext: string) => string;
}

const encrypted = new Map<string, EncryptedColumn>();
const indexed = new Map<string, IndexedColumn>();
const IDENTIFIER = /^[a-z_][a-z0-9_]*$/;

/** Declares a column for `keys rotate`. Called once where the table's store is defined. */
export function registerEncryptedColumn(column: EncryptedColumn): void {
  register(encrypted, column, [column.idColumn ?? 'id']);
}

/** Declares a blind-index column for `keys rotate`. */
export function registerIndexedColumn(column: IndexedColumn): void {
  const kind = 'column' in column.kind ? [column.kind.column] : [];
  register(indexed, column, [column.idColumn ?? 'id', column.source.column, ...kind]);
}

export const encryptedColumns = (): readonly EncryptedColumn[] => [...encrypted.values()];
export const indexedColumns = (): readonly IndexedColumn[] => [...indexed.values()];

function register<T extends { table: string; column: string }>(into: Map<string, T>, column: T, names: string[]): void {
  // These names become SQL text; anything but a plain identifier is a programmer's error.
  for (const name of [column.table, column.column, ...names]) {
    if (!IDENTIFIER.test(name)) throw new Error(`${name} is not a plain column or table name`);
  }
  into.set(`${column.table}.${column.column}`, column);
}
