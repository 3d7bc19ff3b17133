import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Bucket } from '../../platform/objects/s3-bucket.js';

const PORTION = 1000;

/** Where sealed files lie. What it holds is ciphertext under keys that stand in the database. */
export abstract class EvidenceFiles {
  abstract put(id: string, sealed: Buffer): Promise<void>;
  /** Undefined: it is not there. */
  abstract get(id: string): Promise<Buffer | undefined>;
  abstract has(id: string): Promise<boolean>;
  abstract remove(id: string): Promise<void>;
  /** Names of files written before `before`, in portions, to find those whose row is gone. */
  abstract olderThan(before: Date): AsyncIterable<string[]>;
}

/** A directory of this machine, or one that is mounted on all. */
export class LocalEvidenceFiles extends EvidenceFiles {
  constructor(private readonly directory: string) {
    super();
  }

  async put(id: string, sealed: Buffer): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const beside = this.file(`${id}.part`);
    await writeFile(beside, sealed, { mode: 0o600, flush: true });
    await rename(beside, this.file(id));
  }

  async get(id: string): Promise<Buffer | undefined> {
    try {
      return await readFile(this.file(id));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async has(id: string): Promise<boolean> {
    return (await stat(this.file(id)).catch(() => undefined)) !== undefined;
  }

  async remove(id: string): Promise<void> {
    await rm(this.file(id), { force: true });
  }

  async *olderThan(before: Date): AsyncIterable<string[]> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const names = await readdir(this.directory);
    for (let first = 0; first < names.length; first += PORTION) {
      const found: string[] = [];
      for (const name of names.slice(first, first + PORTION)) {
        const info = await stat(this.file(name)).catch(() => undefined);
        if (info !== undefined && info.mtime < before) found.push(name);
      }
      yield found;
    }
  }

  private file(name: string): string {
    return join(this.directory, name);
  }
}

/** A bucket, one object a file. */
export class S3EvidenceFiles extends EvidenceFiles {
  constructor(private readonly bucket: S3Bucket) {
    super();
  }

  put(id: string, sealed: Buffer): Promise<void> {
    return this.bucket.put(id, sealed);
  }

  get(id: string): Promise<Buffer | undefined> {
    return this.bucket.get(id);
  }

  has(id: string): Promise<boolean> {
    return this.bucket.has(id);
  }

  remove(id: string): Promise<void> {
    return this.bucket.remove(id);
  }

  async *olderThan(before: Date): AsyncIterable<string[]> {
    for await (const page of this.bucket.list()) {
      yield page.filter((o) => o.modifiedAt < before).map((o) => o.key);
    }
  }
}
