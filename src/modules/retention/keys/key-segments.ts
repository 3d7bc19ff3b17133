import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SLOT_BYTES } from './key-slot.js';

/** A segment is full from here on: one mebibyte. */
export const SEGMENT_SLOTS = 8192;
/** Processes that append at the same moment may pass the mark; so far, an address still has room for it. */
const ADDRESSED_SLOTS = 16_384;
const CLASS_NAME = /^[a-z][a-z0-9_]*$/;
const ASIDE = '.over';
const SEGMENT_FILE = /^([0-9a-f]{8})\.keys$/;

export const addressOf = (segment: number, slot: number): number => segment * ADDRESSED_SLOTS + slot;
export const segmentOf = (address: number): number => Math.floor(address / ADDRESSED_SLOTS);
export const slotOf = (address: number): number => address % ADDRESSED_SLOTS;

export interface Appended {
  /** Address of the first slot of the block; the others follow it. */
  readonly address: number;
  /** Another segment follows this one: it may be settled already. */
  readonly late: boolean;
}

/**
 * Files of fixed slots, one series for each record class, so that what expires together lies together. Nothing is locked:
 * slots are appended with O_APPEND, which never overlap on a local file system, and are changed in place only in the one
 * direction, to a tombstone. A segment that all its keys have left is removed.
 */
export class KeySegments {
  /** Where this process appended last. */
  private readonly newest = new Map<string, number>();

  constructor(
    private readonly directory: string,
    private readonly segmentSlots: number,
  ) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  classes(): string[] {
    return readdirSync(this.directory).filter((name) => CLASS_NAME.test(name));
  }

  /** Ascending. */
  async list(recordClass: string): Promise<number[]> {
    const names = await readdir(this.folder(recordClass)).catch(absentAs<string[]>([]));
    return names
      .flatMap((name) => SEGMENT_FILE.exec(name)?.[1] ?? [])
      .map((hex) => Number.parseInt(hex, 16))
      .sort((a, b) => a - b);
  }

  file(recordClass: string, segment: number): string {
    return join(this.folder(recordClass), `${segment.toString(16).padStart(8, '0')}.keys`);
  }

  /** Appends whole slots. Durable when it returns, at an address that nobody else was given. */
  async append(recordClass: string, block: Buffer): Promise<Appended> {
    for (;;) {
      const segment = this.newest.get(recordClass) ?? (await this.first(recordClass));
      const slot = await this.appendTo(recordClass, segment, block);
      if (slot === undefined) {
        this.newest.set(recordClass, segment + 1);
        continue;
      }
      const late = existsSync(this.file(recordClass, segment + 1));
      return { address: addressOf(segment, slot), late };
    }
  }

  /** Up to here every name of every segment stands durably in the names; written by `settle` of the store. */
  async settled(recordClass: string): Promise<number> {
    return Number(await readFile(join(this.folder(recordClass), 'settled'), 'utf8').catch(absentAs('0')));
  }

  async setSettled(recordClass: string, segment: number): Promise<void> {
    const file = join(this.folder(recordClass), 'settled');
    // Not the process id: in containers everybody is number one.
    const next = `${file}.${randomUUID()}`;
    await writeFile(next, String(segment), { mode: 0o600, flush: true });
    await rename(next, file);
  }

  /**
   * Removes a segment in which `isOver` finds no key. Moved aside first and looked at again: a process that was about to
   * append finds its file gone and appends elsewhere, and what it appended before that is seen here.
   */
  async remove(recordClass: string, segment: number, isOver: (file: string) => Promise<boolean>): Promise<boolean> {
    const file = this.file(recordClass, segment);
    if (!(await isOver(file))) return false;
    try {
      await rename(file, `${file}${ASIDE}`);
    } catch (error) {
      return absentAs(false)(error);
    }
    await this.finishRemoval(file, isOver);
    return true;
  }

  /** A crash in the middle of `remove` leaves the file aside. */
  async finishRemovals(recordClass: string, isOver: (file: string) => Promise<boolean>): Promise<void> {
    const names = await readdir(this.folder(recordClass)).catch(absentAs<string[]>([]));
    for (const name of names.filter((n) => n.endsWith(ASIDE))) {
      await this.finishRemoval(join(this.folder(recordClass), name.slice(0, -ASIDE.length)), isOver);
    }
  }

  private async finishRemoval(file: string, isOver: (file: string) => Promise<boolean>): Promise<void> {
    const aside = `${file}${ASIDE}`;
    // Absent: another process came to the same end first.
    await ((await isOver(aside)) ? unlink(aside) : rename(aside, file)).catch(absentAs(undefined));
  }

  private async first(recordClass: string): Promise<number> {
    await mkdir(this.folder(recordClass), { recursive: true, mode: 0o700 });
    return (await this.list(recordClass)).at(-1) ?? (await this.settled(recordClass)) + 1;
  }

  /** @returns undefined when the segment takes nothing more */
  private async appendTo(recordClass: string, segment: number, block: Buffer): Promise<number | undefined> {
    const file = this.file(recordClass, segment);
    const isNew = !existsSync(file);
    const slot = await withFile(file, 'a+', async (handle) => {
      const { size: before, ino } = await handle.stat();
      // A length that is no whole number of slots is what a full disk or a crash left: nothing goes behind it.
      if (before % SLOT_BYTES !== 0 || before >= this.segmentSlots * SLOT_BYTES) return undefined;
      const { bytesWritten } = await handle.write(block);
      if (bytesWritten !== block.length) throw new Error('the record key store has no room left');
      await handle.datasync();
      if ((await stat(file).catch(absentAs(undefined)))?.ino !== ino) return undefined;
      return findBlock(handle, block, before);
    });
    if (isNew) await syncFolder(this.folder(recordClass));
    return slot;
  }

  private folder(recordClass: string): string {
    if (!CLASS_NAME.test(recordClass)) throw new Error(`no name for a record class: ${recordClass}`);
    return join(this.directory, recordClass);
  }
}

/** Others may have appended between our look and our write: the block is where it is found from there on. */
async function findBlock(handle: FileHandle, block: Buffer, from: number): Promise<number> {
  const tail = Buffer.alloc((await handle.stat()).size - from);
  await handle.read(tail, 0, tail.length, from);
  const at = tail.indexOf(block);
  if (at < 0 || at % SLOT_BYTES !== 0) throw new Error('the record key store is damaged');
  return (from + at) / SLOT_BYTES;
}

/** A new file is there after a crash only when its folder says so. */
export async function syncFolder(folder: string): Promise<void> {
  await withFile(folder, 'r', (handle) => handle.sync());
}

export async function withFile<T>(
  file: string,
  flags: 'r' | 'r+' | 'a' | 'a+',
  work: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  const handle = await open(file, flags, 0o600);
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
}

export const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';

/** For `catch`: `value` where the file is not there. */
export const absentAs =
  <T>(value: T) =>
  (error: unknown): T => {
    if (!isAbsent(error)) throw error;
    return value;
  };
