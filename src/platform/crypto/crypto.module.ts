import { Global, Module } from '@nestjs/common';
import { join } from 'node:path';
import { Clock, SystemClock } from '../../kernel/clock.js';
import { RuntimeConfig } from '../config/runtime.config.js';
import { defineStartCheck } from '../config/start-checks.js';
import { BlindIndex } from './blind-index.js';
import { CryptoConfig } from './crypto.config.js';
import { FieldCipher } from './field-cipher.js';
import { KeyRing } from './key-ring.js';
import { DirectoryKeyRingStore, SecretKeyRingStore } from './key-ring.store.js';
import { KeyRotation } from './key-rotation.js';

/** The ring of this process. Embedded mode generates what is missing; elsewhere a missing key stops the start. */
export function openKeyRing(crypto: CryptoConfig, runtime: RuntimeConfig, clock: Clock): KeyRing {
  const ring = new KeyRing(storeOf(crypto, runtime), clock);
  if (runtime.embedded && crypto.keyRing === undefined) ring.generateMissing();
  const missing = ring.missing();
  if (missing.length > 0) {
    throw new Error(
      `no key for ${missing.join(', ')}: set CRYPTO_KEY_RING(_FILE), or CRYPTO_KEY_DIRECTORY and run "keys init" once`,
    );
  }
  return ring;
}

function storeOf(crypto: CryptoConfig, runtime: RuntimeConfig): DirectoryKeyRingStore | SecretKeyRingStore {
  if (crypto.keyRing !== undefined) return new SecretKeyRingStore(crypto.keyRing);
  if (crypto.keyDirectory !== undefined) return new DirectoryKeyRingStore(crypto.keyDirectory);
  if (runtime.embedded) return new DirectoryKeyRingStore(join(runtime.dataDir, 'keys'));
  throw new Error('no key ring: set CRYPTO_KEY_RING(_FILE) or CRYPTO_KEY_DIRECTORY');
}

defineStartCheck((section) => openKeyRing(section(CryptoConfig), section(RuntimeConfig), new SystemClock()));

@Global()
@Module({
  providers: [
    {
      provide: KeyRing,
      inject: [CryptoConfig, RuntimeConfig, Clock],
      useFactory: (crypto: CryptoConfig, runtime: RuntimeConfig, clock: Clock) => openKeyRing(crypto, runtime, clock),
    },
    FieldCipher,
    BlindIndex,
    KeyRotation,
  ],
  exports: [KeyRing, FieldCipher, BlindIndex, KeyRotation],
})
export class CryptoModule {}
