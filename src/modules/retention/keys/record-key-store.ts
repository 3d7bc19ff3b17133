import type { RecordKeyState } from '../domain/record-key-lifecycle.js';
import type { NamedKey, WrappedKey } from './master-key.js';

/** Names one key: one subject, one record class. */
export interface RecordKeyName {
  readonly accountId: string;
  readonly recordClass: string;
  /** Where the store said that it put it: a hint that saves a search, checked on every use, never trusted. */
  readonly slot?: number | undefined;
}

/** The name as the store knows it: see `keyRef`. */
export interface KeyRef {
  readonly recordClass: string;
  readonly digest: Buffer;
  readonly slot?: number | undefined;
}

export interface StoredKey {
  readonly state: RecordKeyState;
  /** Absent once destroyed: only the tombstone is left. */
  readonly key?: WrappedKey;
}

/** Replaces wrappings, in the same order. */
export type Renew = (keys: readonly NamedKey[]) => Promise<readonly WrappedKey[]>;

/** Runs `work` while no process creates or destroys a key. */
export type Alone = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Wrapped data keys, outside the database: a database backup alone opens nothing that was shredded (R9). The default is
 * a local directory. Who holds the master key that wraps them is another question: see `MasterKey`.
 */
export abstract class RecordKeyStore {
  /** undefined: no key was ever made for this name; a tombstone answers `destroyed`. */
  abstract get(ref: KeyRef): Promise<StoredKey | undefined>;
  /** Durable when it returns. The caller holds the subject's lock, so no name is created twice. @returns the slot */
  abstract create(ref: KeyRef, key: WrappedKey): Promise<number>;
  /** Overwrites the material and leaves tombstones; durable when it returns. Unknown names are left alone. */
  abstract destroy(refs: readonly KeyRef[]): Promise<void>;
  /** The same for a batch of one class, packed (`packKeys`): a purge makes no object for each of its keys. */
  abstract destroyPacked(recordClass: string, packed: Buffer): Promise<void>;
  /** Replaces wrappings where `isOld`, some at a time; only the replacing itself is done `alone`. @returns how many */
  abstract rewrap(isOld: (key: WrappedKey) => boolean, renew: Renew, alone: Alone): Promise<number>;
}
