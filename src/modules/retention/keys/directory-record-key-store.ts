import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { KeyNames } from './key-names.js';
import { addressOf, KeySegments, SEGMENT_SLOTS, segmentOf, slotOf } from './key-segments.js';
import { decodeSlot, encodeSlot, isWhole, slotName } from './key-slot.js';
import {
  type Alone,
  type KeyRef,
  RecordKeyStore,
  type Renew,
  type StoredKey,
  type WrappedKey,
} from './record-key-store.js';
import { CHUNK_SLOTS, destroySlots, isOver, namesIn, readSlot, rewrapFile, type Wanted } from './slot-file.js';

/** A key that waits to be written together with others. */
interface Waiting {
  readonly ref: KeyRef;
  readonly slot: Buffer;
  readonly done: (address: number) => void;
  readonly failed: (error: unknown) => void;
}

/** One batch's share in one file. */
interface Place extends Wanted {
  readonly ref: KeyRef;
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
    const unknown: KeyRef[] = refs.filter((ref) => ref.slot === undefined);
    const hinted = refs.flatMap((ref) => (ref.slot === undefined ? [] : [{ ref, address: ref.slot }]));
    unknown.push(...(await this.destroyAt(hinted)));
    if (unknown.length === 0) return;
    await this.open();
    for (const ref of unknown) await this.destroyNamed(ref);
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

  /** Whoever came while the last group was written makes up the next one. */
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

  /** @returns those that are not where the hint says */
  private async destroyAt(hinted: readonly { ref: KeyRef; address: number }[]): Promise<KeyRef[]> {
    const files = new Map<string, Map<number, Place[]>>();
    for (const { ref, address } of hinted) {
      const [segment, place] = [segmentOf(address), { ref, digest: ref.digest, slot: slotOf(address) }];
      const ofClass = files.get(ref.recordClass) ?? new Map<number, Place[]>();
      if (ofClass.size === 0) files.set(ref.recordClass, ofClass);
      const ofSegment = ofClass.get(segment);
      if (ofSegment === undefined) ofClass.set(segment, [place]);
      else ofSegment.push(place);
    }
    const missing: KeyRef[] = [];
    for (const [recordClass, ofClass] of files) {
      const settled = await this.segments.settled(recordClass);
      const one = async ([segment, places]: [number, Place[]]): Promise<void> => {
        const left = (await destroySlots(this.segments.file(recordClass, segment), places)) ?? places;
        missing.push(...left.map((place) => place.ref));
        if (segment <= settled) await this.segments.remove(recordClass, segment, isOver);
      };
      // A batch lies in one or two: their syncs need not wait for one another.
      const todo = [...ofClass];
      while (todo.length > 0) await Promise.all(todo.splice(0, PARALLEL).map(one));
    }
    return missing;
  }

  /** Every key that the name ever had: usually one. */
  private async destroyNamed(ref: KeyRef): Promise<void> {
    for (const address of await this.names.find(ref.digest)) {
      if ((await this.stored(ref, address)).state !== 'destroyed') await this.destroyAt([{ ref, address }]);
    }
    const old = await this.findOld(ref);
    if (old !== undefined) await destroySlots(old.file, [old]);
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
  private async findOld(ref: KeyRef): Promise<(Place & { file: string; stored: StoredKey }) | undefined> {
    const file = join(this.directory, `${ref.digest.toString('hex', 0, 1)}.keys`);
    if (!existsSync(file)) return undefined;
    for await (const { digest, slot } of namesIn(file)) {
      if (!digest.equals(ref.digest)) continue;
      const bytes = await readSlot(file, slot);
      if (bytes !== undefined) return { ref, digest, slot, file, stored: decodeSlot(bytes) };
    }
    return undefined;
  }

  private oldBuckets(): string[] {
    return readdirSync(this.directory)
      .filter((name) => OLD_BUCKET.test(name))
      .map((name) => join(this.directory, name));
  }
}
