import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyRing } from '../../../platform/crypto/key-ring.js';
import { MasterKey, type NamedKey, type WrappedKey } from './master-key.js';

/** The key ring's purpose `record-key`: the default, which needs no other system. */
export class RingMasterKey extends MasterKey {
  override readonly is = 'ring';

  constructor(private readonly ring: KeyRing) {
    super();
  }

  override currentVersion(): Promise<number> {
    return Promise.resolve(this.ring.current('record-key').version);
  }

  override wrap(name: Buffer, key: Buffer): Promise<WrappedKey> {
    const master = this.ring.current('record-key');
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', master.key, nonce, { authTagLength: 16 });
    cipher.setAAD(name);
    const wrapped = Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
    return Promise.resolve({ by: 'ring', masterVersion: master.version, wrapped });
  }

  override async unwrap(name: Buffer, { masterVersion, wrapped }: WrappedKey): Promise<Buffer> {
    const master = this.ring.version('record-key', masterVersion);
    const decipher = createDecipheriv('aes-256-gcm', master.key, wrapped.subarray(0, 12), { authTagLength: 16 });
    decipher.setAAD(name);
    decipher.setAuthTag(wrapped.subarray(44));
    return Promise.resolve(Buffer.concat([decipher.update(wrapped.subarray(12, 44)), decipher.final()]));
  }

  override rewrap(keys: readonly NamedKey[]): Promise<WrappedKey[]> {
    return Promise.all(keys.map(async ({ name, key }) => this.wrap(name, await this.unwrap(name, key))));
  }
}
