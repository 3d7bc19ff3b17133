import { createReadStream, existsSync, mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { syncDirectory } from '../../../platform/crypto/key-ring.store.js';
import { ErasureLedger, type LedgerChunk, type LedgerEntry } from './erasure-ledger.js';
import { entryOf, lineOf } from './ledger-line.js';

const CHUNK = 500;

/**
 * One line an entry: `<sha256 of the JSON> <JSON>`. Opened for appending only and synced before it returns. A line that a
 * crash cut short was never acknowledged, so its entry is still pending in the database and is appended again.
 */
export class FileErasureLedger extends ErasureLedger {
  override readonly name = 'file';

  constructor(private readonly file: string) {
    super();
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  }

  override async append(entries: readonly LedgerEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const created = !existsSync(this.file);
    const handle = await open(this.file, 'a', 0o600);
    try {
      // The leading line break ends a line that a crash may have cut; empty lines are skipped.
      const lines = entries.map((entry) => lineOf(entry)).join('');
      await handle.appendFile(`\n${lines}`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (created) syncDirectory(dirname(this.file));
  }

  override async *read(): AsyncIterable<LedgerChunk> {
    if (!existsSync(this.file)) return;
    let chunk: LedgerEntry[] = [];
    for await (const line of createInterface({ input: createReadStream(this.file), crlfDelay: Infinity })) {
      const entry = entryOf(line);
      if (entry === undefined) continue;
      chunk.push(entry);
      if (chunk.length === CHUNK) {
        yield { entries: chunk };
        chunk = [];
      }
    }
    if (chunk.length > 0) yield { entries: chunk };
  }
}
