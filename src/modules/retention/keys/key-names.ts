import { mkdirSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { absentAs, syncFolder, withFile } from './key-segments.js';

/** Half a name's digest (16) ‖ address (4) ‖ crc32 (4): two names are never taken for one another. */
const ENTRY_BYTES = 24;
const NAME_BYTES = 16;
const CRC_AT = 20;
/** Files read or written at once: what libuv's pool takes. */
const PARALLEL = 4;

export interface NamedAddress {
  readonly digest: Buffer;
  readonly address: number;
}

/**
 * Where a name's key lies, or lay: 256 files by the first byte of the digest, only ever appended to. An entry is its own
 * proof (half a digest and a checksum), so one that a crash cut short is passed over wherever it ends. The entry of a
 * segment that was removed is the tombstone of its key (R8); what a crash lost of the newest segments, `restore` puts back.
 */
export class KeyNames {
  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  /** Addresses of the name, oldest entry first. */
  async find(digest: Buffer): Promise<number[]> {
    return entriesOf(await this.read(digest.readUInt8(0)), digest);
  }

  /** @param durably when the segment counts as settled already, and nobody would put lost entries back */
  async add(entries: readonly NamedAddress[], durably: boolean): Promise<void> {
    await this.eachBucket(entries, async (bucket, of) => {
      await withFile(this.file(bucket), 'a', async (handle) => {
        const block = Buffer.concat(of.map(encodeEntry));
        const { bytesWritten } = await handle.write(block);
        if (bytesWritten !== block.length) throw new Error('the record key store has no room left');
        if (durably) await handle.datasync();
      });
    });
  }

  /** Adds those of `entries` that are not there. */
  async restore(entries: readonly NamedAddress[]): Promise<void> {
    await this.eachBucket(entries, async (bucket, of) => {
      const bytes = await this.read(bucket);
      const lost = of.filter(({ digest, address }) => !entriesOf(bytes, digest).includes(address));
      if (lost.length > 0) await this.add(lost, false);
    });
  }

  async sync(): Promise<void> {
    for (const name of await readdir(this.directory)) {
      await withFile(join(this.directory, name), 'r+', (handle) => handle.datasync());
    }
    await syncFolder(this.directory);
  }

  private async eachBucket(
    entries: readonly NamedAddress[],
    work: (bucket: number, entries: readonly NamedAddress[]) => Promise<void>,
  ): Promise<void> {
    const buckets = new Map<number, NamedAddress[]>();
    for (const entry of entries) {
      const bucket = entry.digest.readUInt8(0);
      const listed = buckets.get(bucket);
      if (listed === undefined) buckets.set(bucket, [entry]);
      else listed.push(entry);
    }
    const todo = [...buckets];
    const worker = async (): Promise<void> => {
      for (let next = todo.pop(); next !== undefined; next = todo.pop()) await work(...next);
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
  }

  private read(bucket: number): Promise<Buffer> {
    return readFile(this.file(bucket)).catch(absentAs(Buffer.alloc(0)));
  }

  private file(bucket: number): string {
    return join(this.directory, bucket.toString(16).padStart(2, '0'));
  }
}

function encodeEntry({ digest, address }: NamedAddress): Buffer {
  const entry = Buffer.alloc(ENTRY_BYTES);
  digest.copy(entry, 0, 0, NAME_BYTES);
  entry.writeUInt32BE(address, NAME_BYTES);
  entry.writeUInt32BE(crc32(entry.subarray(0, CRC_AT)), CRC_AT);
  return entry;
}

function entriesOf(bytes: Buffer, digest: Buffer): number[] {
  const name = digest.subarray(0, NAME_BYTES);
  const found: number[] = [];
  for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) {
    const entry = bytes.subarray(at, at + ENTRY_BYTES);
    if (entry.length === ENTRY_BYTES && entry.readUInt32BE(CRC_AT) === crc32(entry.subarray(0, CRC_AT)))
      found.push(entry.readUInt32BE(NAME_BYTES));
  }
  return found;
}
