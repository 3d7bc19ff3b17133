import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { type Ending, ENDINGS } from './domain/policy.js';
import { ErasureLedger, type LedgerEntry, type LedgerKind } from './ledger/erasure-ledger.js';
import { LedgerStore } from './ledger.store.js';

const BATCH = 200;

export interface Announcement {
  readonly kind: LedgerKind;
  readonly accountId?: string;
  readonly planId?: string;
  /** Ids, keyed hashes, codes; nothing about a person (R33). */
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Brings what was decided into the erasure ledger: the decision commits first (a rolled-back one must never be replayed
 * on a living account), then the ledger gets it, then destruction may begin; the gateway refuses it before that.
 */
@Injectable()
export class LedgerKeeper {
  private last: Promise<number> = Promise.resolve(0);

  constructor(
    private readonly ledger: ErasureLedger,
    private readonly store: LedgerStore,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** In the transaction of the decision. `flush` after its commit, or the sweep will. */
  async announce(tx: Tx, announcement: Announcement): Promise<void> {
    const { kind, accountId, planId, body } = announcement;
    const entry: LedgerEntry = {
      id: newId(),
      at: this.clock.now().toISOString(),
      kind,
      ...(accountId === undefined ? {} : { accountId }),
      ...(planId === undefined ? {} : { planId }),
      body,
    };
    await this.store.insert(tx, entry, null);
    this.transactor.afterCommit(tx, () => void this.flush().catch(() => undefined));
  }

  /**
   * Appends every committed entry that is not in the ledger yet. The ledger may be a network away: what is locked
   * meanwhile are the entries alone, which other processes skip and nobody waits for. In this process one flush follows
   * the other, so that an entry that was committed before the call is in the ledger after it. @returns how many
   */
  flush(): Promise<number> {
    const mine = this.last.then(() => this.appendPending());
    this.last = mine.catch(() => 0);
    return mine;
  }

  private async appendPending(): Promise<number> {
    let total = 0;
    for (;;) {
      const count = await this.transactor.run(async (tx) => {
        const entries = await this.store.pending(tx, BATCH);
        await this.ledger.append(entries);
        if (entries.length > 0)
          await this.store.markAppended(
            tx,
            entries.map((e) => e.id),
            this.clock.now(),
          );
        return entries.length;
      });
      total += count;
      if (count < BATCH) return total;
    }
  }

  /**
   * What the ledger has and this database lacks: anything at all means that the database is older than the ledger. Read
   * from the high-water mark on: up to there every entry was found in this database once, and every copy of it that has
   * the mark has those entries too, for they were committed before it. A restored backup brings its own, older mark.
   */
  async missing(): Promise<LedgerEntry[]> {
    const { reader } = this.transactor;
    const missing: LedgerEntry[] = [];
    const seen = new Set<string>();
    const from = await this.store.mark(reader, this.ledger.name);
    let reached = from;
    for await (const { entries, mark } of this.ledger.read(from)) {
      const unknown = await this.store.unknown(
        reader,
        entries.map((e) => e.id),
      );
      for (const entry of entries) {
        if (!unknown.has(entry.id) || seen.has(entry.id)) continue;
        seen.add(entry.id);
        missing.push(entry);
      }
      reached = mark ?? reached;
    }
    if (missing.length === 0 && reached !== undefined && reached !== from) {
      const mark = reached;
      await this.transactor.run((tx) => this.store.raiseMark(tx, this.ledger.name, mark, this.clock.now()));
    }
    return missing;
  }

  /** Remembers that an entry was carried out on this copy of the database. */
  remember(tx: Tx, entry: LedgerEntry): Promise<void> {
    return this.store.insert(tx, entry, this.clock.now());
  }

  isAnnounced(tx: Tx, accountId: string, planId: string): Promise<boolean> {
    return this.store.isAnnounced(tx, accountId, planId);
  }

  /** What the plan of an announced erasure says of a class; undefined: what the policy says. */
  async dispositionOf(tx: Tx, accountId: string, planId: string, recordClass: string): Promise<Ending | undefined> {
    const body = await this.store.intentOf(tx, accountId, planId);
    return body && dispositionsOf(body)[recordClass];
  }
}

/** The dispositions that stand in an entry. An entry of before they did has none. */
export function dispositionsOf(body: Readonly<Record<string, unknown>>): Readonly<Record<string, Ending>> {
  const found = body['dispositions'];
  if (typeof found !== 'object' || found === null) return {};
  const known = Object.entries(found).filter(([, ending]) => (ENDINGS as readonly unknown[]).includes(ending));
  return Object.fromEntries(known) as Record<string, Ending>;
}
