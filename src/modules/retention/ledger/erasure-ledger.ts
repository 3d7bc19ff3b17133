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

/**
 * The append-only memory of erasures and holds, outside the database and its backups: what a restored backup does not
 * know, this does (R9, R10). Appending an entry twice is harmless, its id tells.
 */
export abstract class ErasureLedger {
  /** Durable when it returns. */
  abstract append(entries: readonly LedgerEntry[]): Promise<void>;
  /** Every entry in the order of appending, in chunks. */
  abstract read(): AsyncIterable<readonly LedgerEntry[]>;
}
