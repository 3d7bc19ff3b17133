import type { S3Bucket } from '../../../platform/objects/s3-bucket.js';
import { ErasureLedger, type LedgerChunk, LedgerDamaged, type LedgerEntry } from './erasure-ledger.js';
import { entryOf, lineOf } from './ledger-line.js';

const DIGITS = 12;
/** Objects fetched at once while reading. */
const PARALLEL = 8;

/**
 * One object an append, named by its number: `000000000001.jsonl`, `000000000002.jsonl` … Each is created on the condition
 * that its name is free, so that two processes never write over each other, and only behind its predecessor, so that a
 * gap is proof of a loss. Nothing here can overwrite or delete; the credentials need neither right, and a bucket with
 * Object Lock takes them from everybody else too.
 */
export class S3ErasureLedger extends ErasureLedger {
  override readonly name: string;
  /** The highest number that this process has seen; there may be higher ones. */
  private highest = 0;

  constructor(private readonly bucket: S3Bucket) {
    super();
    this.name = bucket.name;
  }

  override async append(entries: readonly LedgerEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const body = Buffer.from(entries.map((entry) => lineOf(entry)).join(''));
    for (;;) {
      await this.findHighest();
      const next = this.highest + 1;
      if (await this.bucket.create(keyOf(next), body)) break;
      // Taken: by another process, or by us, when the answer to an earlier attempt was lost on its way.
      const taken = await this.bucket.get(keyOf(next));
      this.highest = next;
      if (taken?.equals(body)) return;
    }
    this.highest += 1;
  }

  override async *read(after = 0): AsyncIterable<LedgerChunk> {
    // The mark was taken from this ledger: if its object is gone, so may be others before it.
    if (after > 0 && !(await this.bucket.has(keyOf(after)))) throw new LedgerDamaged(`object ${after} is gone`);
    let expected = after + 1;
    for await (const page of this.numbers(after)) {
      for (let first = 0; first < page.length; first += PARALLEL) {
        const some = page.slice(first, first + PARALLEL);
        for (const number of some) {
          if (number !== expected) throw new LedgerDamaged(`object ${expected} is gone`);
          expected += 1;
        }
        const entries = (await Promise.all(some.map((number) => this.entriesOf(number)))).flat();
        this.highest = Math.max(this.highest, expected - 1);
        yield { entries, mark: expected - 1 };
      }
    }
  }

  private async findHighest(): Promise<void> {
    for await (const page of this.numbers(this.highest)) this.highest = page.at(-1) ?? this.highest;
  }

  private async *numbers(after: number): AsyncIterable<number[]> {
    for await (const page of this.bucket.list(after === 0 ? undefined : keyOf(after))) {
      yield page.flatMap(({ key }) => numberOf(key) ?? []);
    }
  }

  /** An object is written in one piece: other than in a file, no crash leaves half a line. */
  private async entriesOf(number: number): Promise<LedgerEntry[]> {
    const body = await this.bucket.get(keyOf(number));
    if (body === undefined) throw new LedgerDamaged(`object ${number} is gone`);
    const lines = body.toString('utf8').split('\n').filter(Boolean);
    return lines.map((line) => {
      const entry = entryOf(line);
      if (entry === undefined) throw new LedgerDamaged(`object ${number} is damaged`);
      return entry;
    });
  }
}

const keyOf = (number: number): string => `${String(number).padStart(DIGITS, '0')}.jsonl`;

/** Undefined for what somebody else put beside the ledger. */
const numberOf = (key: string): number | undefined => {
  const digits = /^(\d{12})\.jsonl$/.exec(key)?.[1];
  return digits === undefined ? undefined : Number(digits);
};
