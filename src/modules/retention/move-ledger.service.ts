import { Injectable } from '@nestjs/common';
import { Transactor } from '../../platform/database/transactor.js';
import { type CopiedLedger, copyLedger } from './ledger/copy-ledger.js';
import { LedgerDamaged } from './ledger/erasure-ledger.js';
import { type LedgerPlace, Ledgers } from './ledger/ledgers.js';
import { LedgerStore } from './ledger.store.js';

const PAGE = 1_000;

/** Moves the erasure ledger to another place; from then on the configuration has to name that one. */
@Injectable()
export class MoveLedgerService {
  constructor(
    private readonly ledgers: Ledgers,
    private readonly store: LedgerStore,
    private readonly transactor: Transactor,
  ) {}

  /**
   * Copies what is missing there and reads it back; then asks the database, which remembers every entry that it ever had
   * acknowledged: one that neither place can show is a loss, and is told instead of carried over in silence.
   * @throws LedgerDamaged
   */
  async copy(to: LedgerPlace, onProgress: (copied: number) => void = () => undefined): Promise<CopiedLedger> {
    const target = this.ledgers.at(to);
    const done = await copyLedger(this.ledgers.at(to === 's3' ? 'file' : 's3'), target, onProgress);
    const there = new Set<string>();
    for await (const { entries } of target.read()) for (const { id } of entries) there.add(id);
    const lost = await this.acknowledgedBut(there);
    if (lost.length > 0) throw new LedgerDamaged(`acknowledged once and in neither place: ${lost.join(', ')}`);
    return done;
  }

  private async acknowledgedBut(there: ReadonlySet<string>): Promise<string[]> {
    const lost: string[] = [];
    for (let after: string | undefined; ;) {
      const page = await this.store.acknowledged(this.transactor.reader, after, PAGE);
      lost.push(...page.filter((id) => !there.has(id)));
      after = page.at(-1);
      if (page.length < PAGE) return lost;
    }
  }
}
