import { type FileHandle, open } from 'node:fs/promises';
import { absentAs, withFile } from './key-segments.js';
import {
  decodeSlot,
  encodeSlot,
  entomb,
  isNamed,
  isTombstone,
  isVoid,
  isWhole,
  PACKED_NAME_AT,
  SLOT_BYTES,
  slotName,
} from './key-slot.js';
import type { NamedKey, WrappedKey } from './master-key.js';
import type { Alone, Renew } from './record-key-store.js';

/** Slots that are read and written at once: 128 KiB, whatever the file's size. */
export const CHUNK_SLOTS = 1024;

/** A key in a file, by the number of its slot. */
export interface Wanted {
  readonly digest: Buffer;
  readonly slot: number;
}

interface OldKey extends NamedKey {
  readonly slot: number;
}

/** @returns undefined when there is no such file, or no such slot in it */
export async function readSlot(file: string, slot: number): Promise<Buffer | undefined> {
  return withFile(file, 'r', (handle) => slotAt(handle, slot)).catch(absentAs(undefined));
}

/**
 * Overwrites the keys that are where they are said to be; neighbours in one write, the file synced once.
 * @param packed keys of a batch, see `packKeys`
 * @param places where in `packed` those of this file stand, by address
 * @param base the address of the file's first slot
 * @returns the places of those that are not there; `undefined` when the file itself is gone
 */
export async function destroySlots(
  file: string,
  packed: Buffer,
  places: readonly number[],
  base: number,
): Promise<number[] | undefined> {
  const slotOf = (place: number): number => packed.readInt32BE(place) - base;
  const work = async (handle: FileHandle): Promise<number[]> => {
    const missing: number[] = [];
    let touched = false;
    const chunk = Buffer.allocUnsafe(SLOT_BYTES * CHUNK_SLOTS);
    for (let from = 0; from < places.length;) {
      const first = slotOf(places[from] as number);
      let to = from;
      while (to < places.length && slotOf(places[to] as number) < first + CHUNK_SLOTS) to += 1;
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, first * SLOT_BYTES);
      const changed = entombAll(chunk.subarray(0, bytesRead), packed, places.slice(from, to), first, slotOf, missing);
      for (const [start, end] of runsOf(changed)) {
        const length = (end - start) * SLOT_BYTES;
        await handle.write(chunk, start * SLOT_BYTES, length, (first + start) * SLOT_BYTES);
        touched = true;
      }
      from = to;
    }
    if (touched) await handle.datasync();
    return missing;
  };
  return withFile(file, 'r+', work).catch(absentAs(undefined));
}

/** Replaces old wrappings in the file. @returns how many */
export async function rewrapFile(
  file: string,
  isOld: (key: WrappedKey) => boolean,
  renew: Renew,
  alone: Alone,
): Promise<number> {
  let count = 0;
  for await (const [chunk, first] of eachChunk(file)) {
    const old: OldKey[] = [];
    for (const [i, bytes] of slotsOf(chunk).entries()) {
      const key = isVoid(bytes) ? undefined : decodeSlot(bytes).key;
      if (key !== undefined && isOld(key)) old.push({ name: Buffer.from(slotName(bytes)), key, slot: first + i });
    }
    if (old.length === 0) continue;
    const renewed = await renew(old);
    count += await alone(() => replaceSlots(file, old, renewed));
  }
  return count;
}

/** Rewrapping may have taken a while: a key that was destroyed meanwhile stays destroyed. */
async function replaceSlots(file: string, old: readonly OldKey[], renewed: readonly WrappedKey[]): Promise<number> {
  const work = async (handle: FileHandle): Promise<number> => {
    let count = 0;
    for (const [i, { name, key, slot }] of old.entries()) {
      const bytes = await slotAt(handle, slot);
      const stored = bytes && decodeSlot(bytes);
      const next = renewed[i];
      if (next === undefined || !stored?.key?.wrapped.equals(key.wrapped)) continue;
      await handle.write(encodeSlot(name, { state: stored.state, key: next }), 0, SLOT_BYTES, slot * SLOT_BYTES);
      count += 1;
    }
    await handle.datasync();
    return count;
  };
  return withFile(file, 'r+', work).catch(absentAs(0));
}

/** Names of all keys of the file, also of destroyed ones; what is not whole was never told to anybody. */
export async function* namesIn(file: string): AsyncIterable<Wanted> {
  for await (const [chunk, first] of eachChunk(file)) {
    for (const [i, bytes] of slotsOf(chunk).entries()) {
      if (isWhole(bytes)) yield { digest: Buffer.from(slotName(bytes)), slot: first + i };
    }
  }
}

/** True when no key is left in the file. Looked at from its end, where the last ones usually are. */
export async function isOver(file: string): Promise<boolean> {
  const work = async (handle: FileHandle): Promise<boolean> => {
    const slots = Math.floor((await handle.stat()).size / SLOT_BYTES);
    const chunk = Buffer.allocUnsafe(SLOT_BYTES * CHUNK_SLOTS);
    for (let end = slots; end > 0; end -= CHUNK_SLOTS) {
      const first = Math.max(0, end - CHUNK_SLOTS);
      const { bytesRead } = await handle.read(chunk, 0, (end - first) * SLOT_BYTES, first * SLOT_BYTES);
      for (let at = bytesRead - SLOT_BYTES; at >= 0; at -= SLOT_BYTES) {
        // A damaged slot is not a destroyed one: its file stays for whoever looks into it.
        if (!isTombstone(chunk, at) && !isVoid(chunk, at)) return false;
      }
    }
    return true;
  };
  return withFile(file, 'r', work).catch(absentAs(true));
}

/** Tombstones over what is whole and of that name. @returns the slots of the chunk that changed, ascending */
function entombAll(
  chunk: Buffer,
  packed: Buffer,
  places: readonly number[],
  first: number,
  slotOf: (place: number) => number,
  missing: number[],
): number[] {
  const changed: number[] = [];
  for (const place of places) {
    const slot = slotOf(place) - first;
    const at = slot * SLOT_BYTES;
    if (!isWhole(chunk, at) || !isNamed(chunk, at, packed, place + PACKED_NAME_AT)) missing.push(place);
    else if (entomb(chunk, at)) changed.push(slot);
  }
  return changed;
}

/** Half-open ranges of neighbours. */
function runsOf(places: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const place of places) {
    const last = runs.at(-1);
    if (last?.[1] === place) last[1] = place + 1;
    else runs.push([place, place + 1]);
  }
  return runs;
}

async function slotAt(handle: FileHandle, slot: number): Promise<Buffer | undefined> {
  const bytes = Buffer.alloc(SLOT_BYTES);
  const { bytesRead } = await handle.read(bytes, 0, SLOT_BYTES, slot * SLOT_BYTES);
  return bytesRead === SLOT_BYTES ? bytes : undefined;
}

const slotsOf = (chunk: Buffer): Buffer[] =>
  Array.from({ length: Math.floor(chunk.length / SLOT_BYTES) }, (_, i) =>
    chunk.subarray(i * SLOT_BYTES, (i + 1) * SLOT_BYTES),
  );

/** Whole slots in order, with the number of the first; the bytes are good until the next step. */
async function* eachChunk(file: string): AsyncIterable<[Buffer, number]> {
  const handle = await open(file, 'r').catch(absentAs(undefined));
  if (handle === undefined) return;
  try {
    const chunk = Buffer.allocUnsafe(SLOT_BYTES * CHUNK_SLOTS);
    for (let first = 0; ;) {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, first * SLOT_BYTES);
      const slots = Math.floor(bytesRead / SLOT_BYTES);
      if (slots === 0) return;
      yield [chunk.subarray(0, slots * SLOT_BYTES), first];
      first += slots;
    }
  } finally {
    await handle.close();
  }
}
