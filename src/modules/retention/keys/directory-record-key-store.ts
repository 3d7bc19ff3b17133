import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { KeyNames } from './key-names.js';
import { addressOf, KeySegments, SEGMENT_SLOTS, segmentOf, slotOf } from './key-segments.js';
import { decodeSlot, encodeSlot, isWhole, PACKED_BYTES, PACKED_NAME_AT, packKeys, slotName } from './key-slot.js';
import type { WrappedKey } from './master-key.js';
import { type Alone, type KeyRef, RecordKeyStore, type Renew, type StoredKey } from './record-key-store.js';
import { CHUNK_SLOTS, destroySlots, isOver, namesIn, readSlot, rewrapFile } from './slot-file.js';

/** A key that waits to be written together with others. */
interface Waiting {
  readonly ref: KeyRef;
  readonly slot: Buffer;
  readonly done: (address: number) => void;
  readonly failed: (error: unknown) => void;
}

/** A key of the layout before this one. */
interface OldKey {
  readonly file: string;
  readonly slot: number;
  readonly stored: StoredKey;
}

/** Segments synced at once: what libuv's pool takes. */
const PARALLEL = 4;
const OLD_BUCKET = /^[0-9a-f]{2}\.keys$/;

/**
 * Packed: `segments/<class>/<number>.keys` hold the wrapped keys, `names/` says where a name lies (decision 0011).
 * Creators that come together share one write and one sync; a batch that is destroyed costs one sync for each segment
 * that it touches. Nothing is held in memory, and nothing is locked but by the callers, who hold the subjects' locks.
 * On media that keep old blocks (flash, copy-on-write) overwriting is not enough by itself: there, `retention rewrap-keys`
 * followed by retiring the old master version makes what was left behind unreadable.
 */
export class DirectoryRecordKeyStore extends RecordKeyStore {
  private readonly segments: KeySegments;
  private readonly names: KeyNames;
  private readonly waiting = new Map<string, Waiting[]>();
  private opening: Promise<void> | undefined;

  constructor(
    private readonly directory: string,
    segmentSlots = SEGMENT_SLOTS,
  ) {
    super();
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.segments = new KeySegments(join(directory, 'segments'), segmentSlots);
    this.names = new KeyNames(join(directory, 'names'));
  }

  override async get(ref: KeyRef): Promise<StoredKey | undefined> {
    const hinted = ref.slot === undefined ? undefined : await this.slotOf(ref, ref.slot);
    if (hinted !== undefined && isWhole(hinted) && slotName(hinted).equals(ref.digest)) return decodeSlot(hinted);
    await this.open();
    let found: StoredKey | undefined;
    for (const address of await this.names.find(ref.digest)) {
      const stored = await this.stored(ref, address);
      // Two entries: a creator died between slot and name, and another made the key again. No way back from destroyed.
      if (stored.state === 'destroyed') return stored;
      found ??= stored;
    }
    return found ?? (await this.findOld(ref))?.stored;
  }

  override async create(ref: KeyRef, key: WrappedKey): Promise<number> {
    await this.open();
    return new Promise((done, failed) => {
      const one: Waiting = { ref, slot: encodeSlot(ref.digest, { state: 'live', key }), done, failed };
      const queue = this.waiting.get(ref.recordClass);
      if (queue !== undefined) queue.push(one);
      else {
        this.waiting.set(ref.recordClass, [one]);
        void this.write(ref.recordClass);
      }
    });
  }

  override async destroy(refs: readonly KeyRef[]): Promise<void> {
    for (const recordClass of new Set(refs.map((ref) => ref.recordClass)))
      await this.destroyPacked(recordClass, packKeys(refs.filter((ref) => ref.recordClass === recordClass)));
  }

  override async destroyPacked(recordClass: string, packed: Buffer): Promise<void> {
    const missing = await this.destroyAt(recordClass, packed);
    if (missing.length === 0) return;
    await this.open();
    for (const place of missing) {
      const digest = packed.subarray(place + PACKED_NAME_AT, place + PACKED_BYTES);
      await this.destroyNamed({ recordClass, digest });
    }
  }

  override async rewrap(isOld: (key: WrappedKey) => boolean, renew: Renew, alone: Alone): Promise<number> {
    let renewed = 0;
    for (const file of this.oldBuckets()) renewed += await rewrapFile(file, isOld, renew, alone);
    for (const recordClass of this.segments.classes()) {
      for (const segment of await this.segments.list(recordClass)) {
        renewed += await rewrapFile(this.segments.file(recordClass, segment), isOld, renew, alone);
      }
    }
    return renewed;
  }

  /** Keys that arrived while the last group was written make up the next group. */
  private async write(recordClass: string): Promise<void> {
    for (;;) {
      const queue = this.waiting.get(recordClass) ?? [];
      const group = queue.splice(0, CHUNK_SLOTS);
      if (group.length === 0) {
        this.waiting.delete(recordClass);
        return;
      }
      try {
        const first = await this.writeGroup(recordClass, group);
        for (const [i, one] of group.entries()) one.done(first + i);
        // A new segment: the one before is complete. What fails here is lost to nobody, the next start settles it.
        if (slotOf(first) === 0) await this.settle(recordClass).catch(() => undefined);
      } catch (error) {
        for (const one of group) one.failed(error);
      }
    }
  }

  private async writeGroup(recordClass: string, group: readonly Waiting[]): Promise<number> {
    const { address, late } = await this.segments.append(recordClass, Buffer.concat(group.map((w) => w.slot)));
    await this.names.add(
      group.map(({ ref }, i) => ({ digest: ref.digest, address: address + i })),
      late,
    );
    return address;
  }

  /** @returns places in `packed` of those without an address, or not where it says */
  private async destroyAt(recordClass: string, packed: Buffer): Promise<number[]> {
    const { missing, bySegment } = placesIn(packed);
    const settled = await this.segments.settled(recordClass);
    const one = async ([segment, places]: [number, number[]]): Promise<void> => {
      const file = this.segments.file(recordClass, segment);
      missing.push(...((await destroySlots(file, packed, places, addressOf(segment, 0))) ?? places));
      if (segment <= settled) await this.segments.remove(recordClass, segment, isOver);
    };
    // A batch lies in one or two: their syncs need not wait for one another.
    const todo = [...bySegment];
    while (todo.length > 0) await Promise.all(todo.splice(0, PARALLEL).map(one));
    return missing;
  }

  /** Every key that the name ever had: usually one. */
  private async destroyNamed(ref: KeyRef): Promise<void> {
    for (const address of await this.names.find(ref.digest)) {
      if ((await this.stored(ref, address)).state !== 'destroyed')
        await this.destroyAt(ref.recordClass, packKeys([{ ...ref, slot: address }]));
    }
    const old = await this.findOld(ref);
    if (old !== undefined) await destroySlots(old.file, packKeys([{ ...ref, slot: old.slot }]), [0], 0);
  }

  /** @throws Error when the slot that belongs to the name is damaged */
  private async stored(ref: KeyRef, address: number): Promise<StoredKey> {
    const bytes = await this.slotOf(ref, address);
    // Segments go only when every key in them is destroyed; the name stays.
    if (bytes === undefined) return { state: 'destroyed' };
    const stored = decodeSlot(bytes);
    if (!slotName(bytes).equals(ref.digest)) throw new Error('the record key store is damaged');
    return stored;
  }

  private slotOf({ recordClass }: KeyRef, address: number): Promise<Buffer | undefined> {
    return readSlot(this.segments.file(recordClass, segmentOf(address)), slotOf(address));
  }

  /** Once in the life of a process: puts back what a crash of the machine may have lost. */
  private open(): Promise<void> {
    this.opening ??= this.restore().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }

  private async restore(): Promise<void> {
    for (const recordClass of this.segments.classes()) {
      await this.segments.finishRemovals(recordClass, isOver);
      await this.settle(recordClass);
    }
  }

  /** Every name of every segment but the last is durable from here on; the last one's are there. */
  private async settle(recordClass: string): Promise<void> {
    const settled = await this.segments.settled(recordClass);
    const segments = (await this.segments.list(recordClass)).filter((segment) => segment > settled);
    for (const segment of segments) {
      const entries: { digest: Buffer; address: number }[] = [];
      for await (const { digest, slot } of namesIn(this.segments.file(recordClass, segment)))
        entries.push({ digest, address: addressOf(segment, slot) });
      await this.names.restore(entries);
    }
    const last = segments.at(-1);
    if (last === undefined || last - 1 <= settled) return;
    await this.names.sync();
    await this.segments.setSettled(recordClass, last - 1);
  }

  /** Keys of the layout before this one: found by reading the name's bucket, gone with their last record. */
  private async findOld(ref: KeyRef): Promise<OldKey | undefined> {
    const file = join(this.directory, `${ref.digest.toString('hex', 0, 1)}.keys`);
    if (!existsSync(file)) return undefined;
    for await (const { digest, slot } of namesIn(file)) {
      if (!digest.equals(ref.digest)) continue;
      const bytes = await readSlot(file, slot);
      if (bytes !== undefined) return { slot, file, stored: decodeSlot(bytes) };
    }
    return undefined;
  }

  private oldBuckets(): string[] {
    return readdirSync(this.directory)
      .filter((name) => OLD_BUCKET.test(name))
      .map((name) => join(this.directory, name));
  }
}

/** Where in `packed` each segment's keys stand, by address; apart, those without one. */
function placesIn(packed: Buffer): { missing: number[]; bySegment: Map<number, number[]> } {
  const missing: number[] = [];
  const bySegment = new Map<number, number[]>();
  for (let place = 0; place < packed.length; place += PACKED_BYTES) {
    const address = packed.readInt32BE(place);
    if (address < 0) missing.push(place);
    else {
      const places = bySegment.get(segmentOf(address));
      if (places === undefined) bySegment.set(segmentOf(address), [place]);
      else places.push(place);
    }
  }
  for (const places of bySegment.values()) places.sort((a, b) => packed.readInt32BE(a) - packed.readInt32BE(b));
  return { missing, bySegment };
}
