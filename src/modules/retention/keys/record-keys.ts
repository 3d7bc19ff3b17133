import { Logger } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { DomainError } from '../../../kernel/domain-error.js';
import { openWith, sealWith } from '../../../platform/crypto/envelope.js';
import { RETENTION_ERRORS } from '../retention.errors.js';
import { keyRef, nameDigest } from './key-slot.js';
import { type MasterKey, MasterKeyUnavailable, type NamedKey, type WrappedKey } from './master-key.js';
import type { Alone, RecordKeyName, RecordKeyStore } from './record-key-store.js';

/** One data key per (subject, record class) (R7), wrapped by a master key that lies neither here nor in the database. */
export class RecordKeys {
  private readonly log = new Logger('RecordKeys');

  /**
   * @param masters the one that wraps first; the others open what they wrapped before a move
   * @param alone keeps creation and destruction out of the moment in which a slot is replaced, in other processes too
   */
  constructor(
    private readonly store: RecordKeyStore,
    private readonly masters: readonly [MasterKey, ...MasterKey[]],
    private readonly alone: Alone = (work) => work(),
  ) {}

  private get current(): MasterKey {
    return this.masters[0];
  }

  /**
   * Seals under the name's key, making it when there is none. The caller holds the subject's lock.
   * @throws DomainError record_key_destroyed when the key was destroyed: nothing is written for an erased subject (R8)
   */
  async seal(
    name: RecordKeyName,
    plaintext: Buffer,
    context: string,
  ): Promise<{ sealed: Buffer; slot: number | undefined }> {
    const stored = await this.store.get(keyRef(name));
    if (stored !== undefined && stored.state !== 'live') throw new DomainError(RETENTION_ERRORS.record_key_destroyed);
    if (stored?.key !== undefined) {
      const key = await this.unwrap(nameDigest(name), stored.key);
      return { sealed: sealWith(key, 1, plaintext, context), slot: undefined };
    }
    const key = randomBytes(32);
    const wrapped = await this.unavailableAsRefusal(() => this.current.wrap(nameDigest(name), key));
    const slot = await this.store.create(keyRef(name), wrapped);
    return { sealed: sealWith(key, 1, plaintext, context), slot };
  }

  /** @throws DomainError record_key_destroyed */
  async open(name: RecordKeyName, sealed: Buffer, context: string): Promise<Buffer> {
    const stored = await this.store.get(keyRef(name));
    if (stored?.key === undefined) throw new DomainError(RETENTION_ERRORS.record_key_destroyed);
    return openWith(await this.unwrap(nameDigest(name), stored.key), sealed, context);
  }

  async isDestroyed(name: RecordKeyName): Promise<boolean> {
    return (await this.store.get(keyRef(name)))?.state === 'destroyed';
  }

  destroy(names: readonly RecordKeyName[]): Promise<void> {
    return this.store.destroy(names.map(keyRef));
  }

  /** For a batch whose key names were digested in the database: see `nameDigestSql`. */
  destroyPacked(recordClass: string, packed: Buffer): Promise<void> {
    return this.store.destroyPacked(recordClass, packed);
  }

  /**
   * Brings every key under the current version of the master key in use, also from another holder: a move from the key
   * ring to Vault is this, and the way back too. @returns how many were rewrapped
   */
  async rewrap(): Promise<number> {
    const { current } = this;
    const version = await current.currentVersion();
    return this.store.rewrap(
      (key) => key.by !== current.is || key.masterVersion !== version,
      (keys) => this.renew(keys),
      this.alone,
    );
  }

  /** Resolves when the master key in use answers. @throws MasterKeyUnavailable */
  async check(): Promise<void> {
    await this.current.currentVersion();
  }

  private async renew(keys: readonly NamedKey[]): Promise<WrappedKey[]> {
    const { current } = this;
    const renewed = new Map<NamedKey, WrappedKey>();
    const own = keys.filter(({ key }) => key.by === current.is);
    if (own.length > 0) {
      for (const [i, key] of (await current.rewrap(own)).entries()) renewed.set(own[i] as NamedKey, key);
    }
    for (const named of keys) {
      // One at a time: a move is rare, and a key service is there for others too.
      if (!renewed.has(named))
        renewed.set(named, await current.wrap(named.name, await this.unwrap(named.name, named.key)));
    }
    return keys.map((named) => renewed.get(named) as WrappedKey);
  }

  private unwrap(name: Buffer, key: WrappedKey): Promise<Buffer> {
    return this.unavailableAsRefusal(() => {
      const holder = this.masters.find((m) => m.is === key.by);
      if (holder === undefined) throw new MasterKeyUnavailable(`${key.by}_not_configured`);
      return holder.unwrap(name, key);
    });
  }

  /** To callers it is "not now", to operators the log and readiness say why. */
  private async unavailableAsRefusal<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof MasterKeyUnavailable)) throw error;
      this.log.error(`record keys cannot be used: ${error.message}`);
      throw new DomainError(RETENTION_ERRORS.record_keys_unavailable, { retryAfterSeconds: 30, cause: error });
    }
  }
}
