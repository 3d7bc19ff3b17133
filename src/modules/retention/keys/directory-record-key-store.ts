import { existsSync, mkdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { RECORD_KEY_LIFECYCLE, type RecordKeyCommand } from '../domain/record-key-lifecycle.js';
import { decodeSlot, encodeSlot, nameDigest, SLOT_BYTES, slotName } from './key-slot.js';
import type { NamedKey } from './master-key.js';
import { type RecordKeyName, RecordKeyStore, type StoredKey, type WrappedKey } from './record-key-store.js';

interface Wanted {
  readonly digest: Buffer;
  readonly slot: number | undefined;
}

type Renew = (keys: readonly NamedKey[]) => Promise<readonly WrappedKey[]>;

interface OldKey extends NamedKey {
  readonly slot: number;
}

interface Found {
  readonly digest: Buffer;
  readonly slot: number;
  readonly stored: StoredKey;
}

const CHUNK_SLOTS = 1024;
/** Files written at once: what libuv's pool takes. */
const PARALLEL = 4;

/**
 * 256 files of fixed slots, by the first byte of the name's digest. Creation appends one slot; destruction overwrites the
 * material in place and leaves the slot as a tombstone. No index is held in memory: a million keys cost what one costs.
 * On media that keep old blocks (flash, copy-on-write) overwriting is not enough by itself: there, `retention rewrap-keys`
 * followed by retiring the old master version makes what was left behind unreadable.
 */
export class DirectoryRecordKeyStore extends RecordKeyStore {
  constructor(private readonly directory: string) {
    super();
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  override async get(name: RecordKeyName): Promise<StoredKey | undefined> {
    const digest = nameDigest(name);
    const file = this.fileOf(digest);
    if (!existsSync(file)) return undefined;
    const found = await withFile(file, 'r', (handle) => findSlots(handle, [{ digest, slot: name.slot }]));
    return found[0]?.stored;
  }

  override async create(name: RecordKeyName, key: WrappedKey): Promise<number> {
    const digest = nameDigest(name);
    return withFile(this.fileOf(digest), 'a+', async (handle) => {
      // O_APPEND: two processes appending to one file never overlap.
      await handle.appendFile(encodeSlot(digest, { state: 'live', key }));
      await handle.sync();
      return Math.floor((await handle.stat()).size / SLOT_BYTES) - 1;
    });
  }

  override schedule(names: readonly RecordKeyName[]): Promise<void> {
    return this.move(names, 'schedule');
  }

  override destroy(names: readonly RecordKeyName[]): Promise<void> {
    return this.move(names, 'destroy');
  }

  override async rewrap(isOld: (key: WrappedKey) => boolean, renew: Renew): Promise<number> {
    let renewed = 0;
    for (let bucket = 0; bucket < 256; bucket += 1) {
      const file = this.bucketFile(bucket);
      if (existsSync(file)) renewed += await withFile(file, 'r+', (handle) => rewrapFile(handle, isOld, renew));
    }
    return renewed;
  }

  private async move(names: readonly RecordKeyName[], command: RecordKeyCommand): Promise<void> {
    const buckets = new Map<string, Wanted[]>();
    for (const name of names) {
      const digest = nameDigest(name);
      const file = this.fileOf(digest);
      const listed = buckets.get(file) ?? [];
      listed.push({ digest, slot: name.slot });
      buckets.set(file, listed);
    }
    const todo = [...buckets].filter(([file]) => existsSync(file));
    const worker = async (): Promise<void> => {
      for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
        const [file, wanted] = next;
        await withFile(file, 'r+', (handle) => moveSlots(handle, wanted, command));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
  }

  private fileOf(digest: Buffer): string {
    return this.bucketFile(digest.readUInt8(0));
  }

  private bucketFile(bucket: number): string {
    return join(this.directory, `${bucket.toString(16).padStart(2, '0')}.keys`);
  }
}

async function moveSlots(handle: FileHandle, wanted: readonly Wanted[], command: RecordKeyCommand): Promise<void> {
  let touched = false;
  for (const { digest, slot, stored } of await findSlots(handle, wanted)) {
    const state = RECORD_KEY_LIFECYCLE.next(stored.state, command);
    // Already there: doing it twice is success.
    if (state === undefined) continue;
    const next: StoredKey = state === 'destroyed' || stored.key === undefined ? { state } : { state, key: stored.key };
    await handle.write(encodeSlot(digest, next), 0, SLOT_BYTES, slot * SLOT_BYTES);
    touched = true;
  }
  // A schedule that a crash forgets is made again; a destruction must outlive the crash.
  if (touched && command === 'destroy') await handle.sync();
}

async function rewrapFile(handle: FileHandle, isOld: (key: WrappedKey) => boolean, renew: Renew): Promise<number> {
  let count = 0;
  for await (const [chunk, first] of eachChunk(handle)) {
    const old: OldKey[] = [];
    for (let at = 0; at < chunk.length; at += SLOT_BYTES) {
      const bytes = chunk.subarray(at, at + SLOT_BYTES);
      const { key } = decodeSlot(bytes);
      if (key !== undefined && isOld(key)) {
        old.push({ name: Buffer.from(slotName(bytes)), key, slot: first + at / SLOT_BYTES });
      }
    }
    if (old.length === 0) continue;
    for (const [i, key] of (await renew(old)).entries()) count += await replaceSlot(handle, old[i], key);
  }
  if (count > 0) await handle.sync();
  return count;
}

/** The renewal may have taken a while: what was destroyed meanwhile stays destroyed. */
async function replaceSlot(handle: FileHandle, old: OldKey | undefined, key: WrappedKey): Promise<number> {
  if (old === undefined) throw new Error('more keys came back than were given');
  const bytes = await readSlot(handle, old.slot);
  const stored = bytes && decodeSlot(bytes);
  if (!stored?.key?.wrapped.equals(old.key.wrapped)) return 0;
  await handle.write(encodeSlot(old.name, { state: stored.state, key }), 0, SLOT_BYTES, old.slot * SLOT_BYTES);
  return 1;
}

/** By the hint where it is right, by reading the file where it is not. */
async function findSlots(handle: FileHandle, wanted: readonly Wanted[]): Promise<Found[]> {
  const found: Found[] = [];
  const missing = new Map<string, Buffer>();
  for (const { digest, slot } of wanted) {
    const bytes = slot === undefined ? undefined : await readSlot(handle, slot);
    if (slot !== undefined && bytes !== undefined && slotName(bytes).equals(digest)) {
      found.push({ digest, slot, stored: decodeSlot(bytes) });
    } else missing.set(digest.toString('hex'), digest);
  }
  if (missing.size === 0) return found;
  for await (const [bytes, slot] of eachSlot(handle)) {
    const digest = missing.get(slotName(bytes).toString('hex'));
    if (digest !== undefined) found.push({ digest, slot, stored: decodeSlot(bytes) });
  }
  return found;
}

async function readSlot(handle: FileHandle, slot: number): Promise<Buffer | undefined> {
  const bytes = Buffer.alloc(SLOT_BYTES);
  const { bytesRead } = await handle.read(bytes, 0, SLOT_BYTES, slot * SLOT_BYTES);
  return bytesRead === SLOT_BYTES ? bytes : undefined;
}

async function* eachSlot(handle: FileHandle): AsyncIterable<[Buffer, number]> {
  for await (const [chunk, first] of eachChunk(handle)) {
    for (let at = 0; at < chunk.length; at += SLOT_BYTES)
      yield [chunk.subarray(at, at + SLOT_BYTES), first + at / SLOT_BYTES];
  }
}

/** Whole slots in order, with the number of the first. */
async function* eachChunk(handle: FileHandle): AsyncIterable<[Buffer, number]> {
  const slots = Math.floor((await handle.stat()).size / SLOT_BYTES);
  for (let first = 0; first < slots; first += CHUNK_SLOTS) {
    const chunk = Buffer.alloc(SLOT_BYTES * Math.min(CHUNK_SLOTS, slots - first));
    await handle.read(chunk, 0, chunk.length, first * SLOT_BYTES);
    yield [chunk, first];
  }
}

async function withFile<T>(
  file: string,
  flags: 'r' | 'r+' | 'a+',
  work: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  const handle = await open(file, flags, 0o600);
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
}
