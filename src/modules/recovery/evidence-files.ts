import { Injectable } from '@nestjs/common';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RuntimeConfig } from '../../platform/config/runtime.config.js';

/** Where sealed files lie. What it holds is ciphertext under keys that stand in the database. */
export abstract class EvidenceFiles {
  abstract put(id: string, sealed: Buffer): Promise<void>;
  /** Undefined: it is not there. */
  abstract get(id: string): Promise<Buffer | undefined>;
  abstract remove(id: string): Promise<void>;
  /** Files written before `before`, to find those whose row is gone. */
  abstract olderThan(before: Date): Promise<string[]>;
}

/** A directory of this machine, or one that is mounted on all. */
@Injectable()
export class LocalEvidenceFiles extends EvidenceFiles {
  private readonly directory: string;

  constructor(runtime: RuntimeConfig) {
    super();
    this.directory = join(runtime.dataDir, 'evidence');
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

  async remove(id: string): Promise<void> {
    await rm(this.file(id), { force: true });
  }

  async olderThan(before: Date): Promise<string[]> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const found: string[] = [];
    for (const name of await readdir(this.directory)) {
      const info = await stat(this.file(name)).catch(() => undefined);
      if (info !== undefined && info.mtime < before) found.push(name);
    }
    return found;
  }

  private file(name: string): string {
    return join(this.directory, name);
  }
}
