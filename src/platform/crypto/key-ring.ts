import { randomBytes } from 'node:crypto';
import type { Clock } from '../../kernel/clock.js';
import { KEY_BYTES, KEY_PURPOSES, type KeyPurpose, type KeyVersion } from './key-material.js';
import type { KeyRingStore } from './key-ring.store.js';

/** How often the store is asked whether its material changed, at most. */
const LOOK_AGAIN_MS = 2_000;

interface Held {
  stamp: string;
  versions: readonly KeyVersion[];
  lookedAt: number;
}

/**
 * Versioned 256-bit keys by purpose. The newest active version seals, every known version opens. Processes need no
 * restart for a rotation: the ring looks at its store again now and then, and at once when it meets a version it does
 * not know.
 */
export class KeyRing {
  private readonly held = new Map<KeyPurpose, Held>();

  constructor(
    private readonly store: KeyRingStore,
    private readonly clock: Clock,
  ) {}

  /** The version that seals now. */
  current(purpose: KeyPurpose): KeyVersion {
    const now = this.clock.now().getTime();
    const versions = this.versions(purpose);
    const active = versions.filter((v) => v.activeFrom.getTime() <= now).at(-1) ?? versions[0];
    if (active === undefined) throw new Error(`key ring ${purpose}: no key`);
    return active;
  }

  /** @throws Error when the version is unknown, also after asking the store again */
  version(purpose: KeyPurpose, version: number): KeyVersion {
    const find = (): KeyVersion | undefined => this.held.get(purpose)?.versions.find((v) => v.version === version);
    this.look(purpose, false);
    const known = find() ?? (this.look(purpose, true), find());
    if (known === undefined) throw new Error(`key ring ${purpose}: version ${version} is not in the ring`);
    return known;
  }

  /** Every known version, oldest first, versions that are not active yet included. */
  versions(purpose: KeyPurpose): readonly KeyVersion[] {
    return this.look(purpose, false).versions;
  }

  /** Creates what is missing. Embedded mode and `keys init` only; elsewhere a missing key stops the start. */
  generateMissing(): KeyPurpose[] {
    const missing = this.missing();
    for (const purpose of missing) this.store.write(purpose, [this.fresh(1, this.clock.now())]);
    for (const purpose of missing) this.look(purpose, true);
    return missing;
  }

  missing(): KeyPurpose[] {
    return KEY_PURPOSES.filter((purpose) => this.look(purpose, true).versions.length === 0);
  }

  /** Adds the next version; it seals from `activeFrom` on. */
  add(purpose: KeyPurpose, activeFrom: Date): KeyVersion {
    const versions = this.look(purpose, true).versions;
    const next = this.fresh((versions.at(-1)?.version ?? 0) + 1, activeFrom);
    this.store.write(purpose, [...versions, next]);
    this.look(purpose, true);
    return next;
  }

  /** Forgets a version for ever. The caller has made sure that nothing is sealed under it any more. */
  retire(purpose: KeyPurpose, version: number): void {
    if (this.current(purpose).version === version) throw new Error(`key ring ${purpose}: version ${version} is in use`);
    this.store.write(
      purpose,
      this.look(purpose, true).versions.filter((v) => v.version !== version),
    );
    this.look(purpose, true);
  }

  private fresh(version: number, activeFrom: Date): KeyVersion {
    return { version, key: randomBytes(KEY_BYTES), activeFrom };
  }

  private look(purpose: KeyPurpose, now: boolean): Held {
    const held = this.held.get(purpose);
    const at = performance.now();
    if (held !== undefined && !now && at - held.lookedAt < LOOK_AGAIN_MS) return held;
    const stamp = this.store.stamp(purpose);
    if (held?.stamp === stamp) {
      held.lookedAt = at;
      return held;
    }
    const fresh: Held = { stamp, versions: this.store.read(purpose), lookedAt: at };
    this.held.set(purpose, fresh);
    return fresh;
  }
}
