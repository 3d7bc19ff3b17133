/** What the ledger tells; opaque ids, keyed hashes and codes, nothing about a person. */
export type LedgerKind = 'erasure_intended' | 'hold_placed' | 'hold_released';

export interface LedgerEntry {
  readonly id: string;
  readonly at: string;
  readonly kind: LedgerKind;
  readonly accountId?: string;
  readonly planId?: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface LedgerChunk {
  readonly entries: readonly LedgerEntry[];
  /** The position after this chunk, from which a later reading may go on; absent where a ledger is always read whole. */
  readonly mark?: number;
}

/** Something that was appended is gone or damaged: neither this ledger nor a database beside it can be trusted alone. */
export class LedgerDamaged extends Error {
  override readonly name = 'LedgerDamaged';
}

/**
 * The append-only memory of erasures and holds, outside the database and its backups: what a restored backup does not
 * know, this does (R9, R10). Appending an entry twice is harmless, its id tells.
 */
export abstract class ErasureLedger {
  /** Which ledger this is: a high-water mark of one says nothing about another. */
  abstract readonly name: string;
  /** Durable when it returns. */
  abstract append(entries: readonly LedgerEntry[]): Promise<void>;
  /**
   * Every entry in the order of appending, in chunks; those up to `after` may be left out.
   * @throws LedgerDamaged when what was there is not there any more
   */
  abstract read(after?: number): AsyncIterable<LedgerChunk>;
}
