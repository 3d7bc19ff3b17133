import { createHmac, hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { KeyVersion } from './key-material.js';
import { KeyRing } from './key-ring.js';

/**
 * A keyed digest by which an encrypted identifier is found: HMAC-SHA-256, `k<key version>:<hex>`. Each kind (`phone`,
 * `oidc`, `device`, `ban-phone`, …) has a key of its own, so that digests of different kinds cannot be joined, and
 * without the key a dictionary of all phone numbers finds none (R13).
 */
@Injectable()
export class BlindIndex {
  /** Derived keys, by `kind` and version; a handful, for ever the same. */
  private readonly derived = new Map<string, Buffer>();

  constructor(private readonly ring: KeyRing) {}

  /** The digest to store. */
  of(kind: string, canonicalValue: string): string {
    return this.digest(this.ring.current('blind-index'), kind, canonicalValue);
  }

  /**
   * The digests to look for, current version first. While a rotation runs there is more than one; a claim that must be
   * unique is inserted under all of them, so that a process that does not know the new version yet still collides.
   */
  allVersions(kind: string, canonicalValue: string): string[] {
    const current = this.ring.current('blind-index');
    const others = this.ring.versions('blind-index').filter((v) => v.version !== current.version);
    return [current, ...others.toReversed()].map((version) => this.digest(version, kind, canonicalValue));
  }

  private digest(version: KeyVersion, kind: string, value: string): string {
    return `k${version.version}:${createHmac('sha256', this.keyOf(version, kind)).update(value, 'utf8').digest('hex')}`;
  }

  private keyOf(version: KeyVersion, kind: string): Buffer {
    const name = `${version.version} ${kind}`;
    const known = this.derived.get(name);
    if (known !== undefined) return known;
    const key = Buffer.from(hkdfSync('sha256', version.key, Buffer.alloc(0), `account-lifecycle index ${kind}`, 32));
    this.derived.set(name, key);
    return key;
  }
}
