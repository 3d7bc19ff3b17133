import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type KeyPurpose, type KeyVersion, versionsFromJson, versionsToJson } from './key-material.js';
import { isPlainRecord } from './plain-record.js';

/** Where key versions live. Reading is cheap enough to ask again; only some stores can be written. */
export interface KeyRingStore {
  readonly writable: boolean;
  /** Changes when the material may have changed; equal stamps mean nothing to read. */
  stamp(purpose: KeyPurpose): string;
  read(purpose: KeyPurpose): KeyVersion[];
  write(purpose: KeyPurpose, versions: readonly KeyVersion[]): void;
}

/** The ring out of one secret: `{"field": [...], "blind-index": [...], "record-key": [...]}`. */
export class SecretKeyRingStore implements KeyRingStore {
  readonly writable = false;
  private readonly ring: Record<string, unknown>;

  constructor(json: string) {
    let parsed: unknown;
    try {
      parsed = JSON.parse(json);
    } catch {
      parsed = undefined;
    }
    // The parser's own message would quote the secret.
    if (!isPlainRecord(parsed)) throw new Error('crypto.keyRing is not a JSON object');
    this.ring = parsed;
  }

  stamp(): string {
    return 'fixed';
  }

  read(purpose: KeyPurpose): KeyVersion[] {
    return this.ring[purpose] === undefined ? [] : versionsFromJson(purpose, this.ring[purpose]);
  }

  write(): void {
    throw new Error('the key ring comes from a secret and is changed there');
  }
}

/** One file a purpose, readable by its owner alone, replaced atomically. */
export class DirectoryKeyRingStore implements KeyRingStore {
  readonly writable = true;

  constructor(private readonly directory: string) {}

  stamp(purpose: KeyPurpose): string {
    const stat = statSync(this.file(purpose), { throwIfNoEntry: false });
    return stat === undefined ? 'absent' : `${stat.ino}:${stat.mtimeMs}:${stat.size}`;
  }

  read(purpose: KeyPurpose): KeyVersion[] {
    const file = this.file(purpose);
    if (!existsSync(file)) return [];
    const mode = statSync(file).mode & 0o077;
    if (mode !== 0) throw new Error(`${file} is readable by others: chmod 600`);
    return versionsFromJson(purpose, JSON.parse(readFileSync(file, 'utf8')));
  }

  write(purpose: KeyPurpose, versions: readonly KeyVersion[]): void {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    writeDurably(this.file(purpose), versionsToJson(versions));
  }

  private file(purpose: KeyPurpose): string {
    return join(this.directory, `${purpose}.json`);
  }
}

/** Writes beside, syncs, renames, syncs the directory: after a crash the old content or the new, never half of one. */
export function writeDurably(file: string, content: string | Buffer): void {
  const beside = `${file}.${process.pid}.tmp`;
  const handle = openSync(beside, 'w', 0o600);
  try {
    writeSync(handle, typeof content === 'string' ? Buffer.from(content) : content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(beside, file);
  syncDirectory(join(file, '..'));
}

export function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
