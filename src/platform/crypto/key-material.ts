import { isPlainRecord } from './plain-record.js';

/** What a key is for. A key never serves two purposes; finer separation is derived from it (HKDF). */
export const KEY_PURPOSES = ['field', 'blind-index', 'record-key'] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

export interface KeyVersion {
  readonly version: number;
  /** 256 bits. */
  readonly key: Buffer;
  /** From this instant on it is the one that seals; it opens from the moment it is known. */
  readonly activeFrom: Date;
}

export const KEY_BYTES = 32;

/** One purpose's versions as JSON: `[{version, key: base64, activeFrom: RFC 3339}]`. */
export const versionsToJson = (versions: readonly KeyVersion[]): string =>
  JSON.stringify(
    versions.map((v) => ({
      version: v.version,
      key: v.key.toString('base64'),
      activeFrom: v.activeFrom.toISOString(),
    })),
    null,
    2,
  );

/** @throws Error naming the purpose and the fault, never the material */
export function versionsFromJson(purpose: KeyPurpose, value: unknown): KeyVersion[] {
  if (!Array.isArray(value) || value.length === 0) throw new Error(`key ring ${purpose}: a list of versions is needed`);
  const versions = value.map((entry) => versionFromJson(purpose, entry));
  const numbers = new Set(versions.map((v) => v.version));
  if (numbers.size !== versions.length) throw new Error(`key ring ${purpose}: a version stands twice`);
  return versions.sort((a, b) => a.version - b.version);
}

function versionFromJson(purpose: KeyPurpose, entry: unknown): KeyVersion {
  if (!isPlainRecord(entry)) throw new Error(`key ring ${purpose}: a version must be an object`);
  const { version, key, activeFrom } = entry;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1 || version > 0xffff_ffff) {
    throw new Error(`key ring ${purpose}: version must be a positive integer`);
  }
  const bytes = typeof key === 'string' ? Buffer.from(key, 'base64') : Buffer.alloc(0);
  if (bytes.length !== KEY_BYTES) throw new Error(`key ring ${purpose}: version ${version} is not 256 bits of base64`);
  const from = new Date(typeof activeFrom === 'string' ? activeFrom : 0);
  if (Number.isNaN(from.getTime()))
    throw new Error(`key ring ${purpose}: version ${version} has no readable activeFrom`);
  return { version, key: bytes, activeFrom: from };
}
