import { digestOf } from '../../../kernel/canonical-json.js';
import { type ErasureLedger, LedgerDamaged, type LedgerEntry } from './erasure-ledger.js';

const BATCH = 200;

export interface CopiedLedger {
  /** Entries of the source. */
  readonly found: number;
  /** How many of the copied entries the target did not have before. */
  readonly copied: number;
}

/**
 * Brings every entry of one ledger into another, in order, and reads the target back: what it must know it does know, and
 * says the same of it. An entry whose id is there is not written again, so that it may be run again, also after a crash.
 * @throws LedgerDamaged when either is not whole, or one entry reads differently in the two
 */
export async function copyLedger(
  from: ErasureLedger,
  to: ErasureLedger,
  onProgress: (copied: number) => void = () => undefined,
): Promise<CopiedLedger> {
  if (from.name === to.name) throw new Error(`${from.name} would be copied into itself`);
  const known = await digestsOf(to);
  const wanted = new Map<string, string>();
  let copied = 0;
  let batch: LedgerEntry[] = [];
  const write = async (): Promise<void> => {
    await to.append(batch);
    copied += batch.length;
    batch = [];
    onProgress(copied);
  };
  for await (const { entries } of from.read()) {
    for (const entry of entries) {
      const digest = digestOf(entry);
      const there = known.get(entry.id) ?? wanted.get(entry.id);
      if (there !== undefined && there !== digest) throw new LedgerDamaged(`entry ${entry.id} is told in two ways`);
      wanted.set(entry.id, digest);
      if (there !== undefined) continue;
      batch.push(entry);
      if (batch.length >= BATCH) await write();
    }
  }
  if (batch.length > 0) await write();
  await assertHolds(to, wanted);
  return { found: wanted.size, copied };
}

async function assertHolds(ledger: ErasureLedger, wanted: ReadonlyMap<string, string>): Promise<void> {
  const there = await digestsOf(ledger);
  for (const [id, digest] of wanted)
    if (there.get(id) !== digest) throw new LedgerDamaged(`entry ${id} did not arrive in ${ledger.name}`);
}

async function digestsOf(ledger: ErasureLedger): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for await (const { entries } of ledger.read()) for (const entry of entries) digests.set(entry.id, digestOf(entry));
  return digests;
}
