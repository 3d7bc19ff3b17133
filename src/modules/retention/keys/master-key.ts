/** Who holds the master key. The number of each stands in every slot of the key store and never changes. */
export const MASTER_KEYS = { ring: 0, vault: 1 } as const;
export type MasterKeyName = keyof typeof MASTER_KEYS;

/** A data key as it is stored: opened only by the master key that wrapped it. */
export interface WrappedKey {
  /** Whose master key wrapped it. */
  readonly by: MasterKeyName;
  readonly masterVersion: number;
  /** nonce (12) ‖ wrapped data key (32) ‖ tag (16) */
  readonly wrapped: Buffer;
}

/** One wrapped key with the digest of the name that it belongs to. */
export interface NamedKey {
  readonly name: Buffer;
  readonly key: WrappedKey;
}

/** The master key cannot be used now: nothing is wrong with the wrapped key, and trying again may help. */
export class MasterKeyUnavailable extends Error {
  override readonly name = 'MasterKeyUnavailable';

  constructor(
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(`master key: ${code}`, options);
  }
}

/** Wraps data keys. A wrapping is bound to the name of its key: put under another name, it does not open. */
export abstract class MasterKey {
  abstract readonly is: MasterKeyName;
  /** The version that wraps now. @throws MasterKeyUnavailable */
  abstract currentVersion(): Promise<number>;
  abstract wrap(name: Buffer, key: Buffer): Promise<WrappedKey>;
  /** @throws MasterKeyUnavailable; Error when this wrapping is not ours, not of this name, or damaged */
  abstract unwrap(name: Buffer, key: WrappedKey): Promise<Buffer>;
  /** Brings wrappings of this master key under its current version, in the same order. */
  abstract rewrap(keys: readonly NamedKey[]): Promise<WrappedKey[]>;
}
