import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DomainError } from '../../../kernel/domain-error.js';
import { openWith, sealWith } from '../../../platform/crypto/envelope.js';
import { KeyRing } from '../../../platform/crypto/key-ring.js';
import { RETENTION_ERRORS } from '../retention.errors.js';
import { nameDigest } from './key-slot.js';
import { type RecordKeyName, RecordKeyStore, type WrappedKey } from './record-key-store.js';

/** One data key per (subject, record class) (R7), wrapped by the master key of purpose `record-key`. */
@Injectable()
export class RecordKeys {
  constructor(
    private readonly store: RecordKeyStore,
    private readonly ring: KeyRing,
  ) {}

  /**
   * Seals under the name's key, making it when there is none. The caller holds the subject's lock.
   * @throws DomainError record_key_destroyed when the key was destroyed: nothing is written for an erased subject (R8)
   */
  async seal(
    name: RecordKeyName,
    plaintext: Buffer,
    context: string,
  ): Promise<{ sealed: Buffer; slot: number | undefined }> {
    const stored = await this.store.get(name);
    if (stored !== undefined && stored.state !== 'live') throw new DomainError(RETENTION_ERRORS.record_key_destroyed);
    if (stored?.key !== undefined) {
      const key = this.unwrap(nameDigest(name), stored.key);
      return { sealed: sealWith(key, 1, plaintext, context), slot: undefined };
    }
    const key = randomBytes(32);
    const slot = await this.store.create(name, this.wrap(nameDigest(name), key));
    return { sealed: sealWith(key, 1, plaintext, context), slot };
  }

  /** @throws DomainError record_key_destroyed */
  async open(name: RecordKeyName, sealed: Buffer, context: string): Promise<Buffer> {
    const stored = await this.store.get(name);
    if (stored?.key === undefined) throw new DomainError(RETENTION_ERRORS.record_key_destroyed);
    return openWith(this.unwrap(nameDigest(name), stored.key), sealed, context);
  }

  async isDestroyed(name: RecordKeyName): Promise<boolean> {
    return (await this.store.get(name))?.state === 'destroyed';
  }

  schedule(names: readonly RecordKeyName[]): Promise<void> {
    return this.store.schedule(names);
  }

  /** Scheduled first: the way is `live → destroy_scheduled → destroyed`. */
  async destroy(names: readonly RecordKeyName[]): Promise<void> {
    await this.store.schedule(names);
    await this.store.destroy(names);
  }

  /** Brings every key under the current master version. @returns how many were rewrapped */
  rewrap(): Promise<number> {
    const { version } = this.ring.current('record-key');
    return this.store.rewrap(version, (name, key) => this.wrap(name, this.unwrap(name, key)));
  }

  private wrap(name: Buffer, key: Buffer): WrappedKey {
    const master = this.ring.current('record-key');
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', master.key, nonce, { authTagLength: 16 });
    cipher.setAAD(name);
    const wrapped = Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
    return { masterVersion: master.version, wrapped };
  }

  private unwrap(name: Buffer, { masterVersion, wrapped }: WrappedKey): Buffer {
    const master = this.ring.version('record-key', masterVersion);
    const decipher = createDecipheriv('aes-256-gcm', master.key, wrapped.subarray(0, 12), { authTagLength: 16 });
    decipher.setAAD(name);
    decipher.setAuthTag(wrapped.subarray(44));
    return Buffer.concat([decipher.update(wrapped.subarray(12, 44)), decipher.final()]);
  }
}
