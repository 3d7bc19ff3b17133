import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { isDomainError } from '../../kernel/domain-error.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { failureCode } from '../../platform/queues/failure-code.js';
import { AuditService } from '../audit/audit.service.js';
import { Catalogue } from './catalogue.js';
import { DeletionGateway, type PlanRef } from './deletion-gateway.js';
import { HoldStore } from './hold.store.js';
import { RecordKeys } from './keys/record-keys.js';
import { dispositionsOf, LedgerKeeper } from './ledger-keeper.js';
import type { LedgerEntry } from './ledger/erasure-ledger.js';
import { RecordSealer } from './record-sealer.js';
import { DueRecordsStore } from './due-records.store.js';
import { RETENTION_ERRORS } from './retention.errors.js';

/** Another module's share in a replayed erasure (the account's state, its identifiers), in its own transactions. */
export type ReplayHandler = (entry: LedgerEntry) => Promise<void>;

export interface Replayed {
  readonly holds: number;
  readonly erasures: number;
  /** Rows of retained records whose key was destroyed after the backup. */
  readonly shreddedRows: number;
}

const NAMES = 500;

/**
 * A database that is older than the erasure ledger is a restored backup: it would bring back people who left and forget
 * holds. The service is not ready until what the ledger knows more was carried out again: holds first, then erasures,
 * so that nothing held is lost on the way (R9, R10).
 */
@Injectable()
export class ErasureReplay implements OnApplicationBootstrap {
  private readonly log = new Logger('ErasureLedger');
  private readonly handlers: ReplayHandler[] = [];
  /** Undefined while the ledger could not be read: then nobody knows, and the service is not ready. */
  private missingEntries: number | undefined;

  constructor(
    private readonly ledger: LedgerKeeper,
    private readonly holds: HoldStore,
    private readonly gateway: DeletionGateway,
    private readonly sealer: RecordSealer,
    private readonly records: DueRecordsStore,
    private readonly keys: RecordKeys,
    private readonly catalogue: Catalogue,
    private readonly audit: AuditService,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const missing = await this.look().catch((error: unknown) => {
      this.log.error(`the erasure ledger cannot be read (${failureCode(error)}): not ready until it can`);
    });
    if (missing) this.log.error(`the database lacks ${missing} entries of the erasure ledger: run "erasure replay"`);
  }

  /** Entries that the ledger has and this database lacks; not ready while there are any. */
  get behind(): number {
    return this.missingEntries ?? 0;
  }

  /** For another process's replay: looks at the ledger again while behind, or while it could not be read. */
  async lookAgain(): Promise<number> {
    return this.missingEntries === 0 ? 0 : this.look();
  }

  /** Now and then while all is well: raises the high-water mark, and finds a database that was put back under us. */
  async look(): Promise<number> {
    this.missingEntries = (await this.ledger.missing()).length;
    return this.missingEntries;
  }

  register(handler: ReplayHandler): void {
    this.handlers.push(handler);
  }

  /** Safe to repeat: an entry counts as carried out only once every part of it is done. */
  async replay(onEntry: (entry: LedgerEntry) => void = () => undefined): Promise<Replayed> {
    const missing = await this.ledger.missing();
    const holdEntries = missing.filter((e) => e.kind !== 'erasure_intended');
    const erasures = missing.filter((e) => e.kind === 'erasure_intended');
    for (const entry of holdEntries) {
      await this.transactor.run((tx) => this.replayHold(tx, entry));
      onEntry(entry);
    }
    for (const entry of erasures) {
      await this.replayErasure(entry);
      onEntry(entry);
    }
    const shreddedRows = await this.dropShredded();
    await this.look();
    return { holds: holdEntries.length, erasures: erasures.length, shreddedRows };
  }

  private async replayHold(tx: Tx, entry: LedgerEntry): Promise<void> {
    await this.holds.lockAll(tx);
    if (entry.kind === 'hold_placed') {
      const hold = entry.body['hold'] as HoldForm;
      await this.holds.insert(tx, {
        id: hold.id,
        account_id: hold.accountId,
        case_id: hold.caseId,
        record_classes: hold.recordClasses,
        // The ledger carries no words; whoever placed it has them, and the review date brings somebody here.
        reason: 'restored from the erasure ledger',
        authority: 'see the order',
        reference: hold.id,
        review_at: new Date(hold.reviewAt),
        placed_by: SYSTEM.id,
        placed_at: new Date(hold.placedAt),
      });
    } else {
      await this.holds.release(
        tx,
        String(entry.body['holdId']),
        SYSTEM.id,
        new Date(entry.at),
        'restored from the erasure ledger',
      );
    }
    await this.ledger.remember(tx, entry);
    await this.record(tx, entry);
  }

  private async replayErasure(entry: LedgerEntry): Promise<void> {
    const { accountId, planId } = entry;
    if (accountId === undefined || planId === undefined) throw new Error(`ledger entry ${entry.id} names no subject`);
    // Fence before anything goes: the account's own module takes it out of use first.
    for (const handler of this.handlers) await handler(entry);
    const plan: PlanRef = { planId, policySha256: await this.policyOf(entry) };
    const { policy } = await this.catalogue.pinned(this.transactor.reader, plan.policySha256);
    // As the plan said, not as the policy would have it: what the person did not agree to leave here is not sealed now.
    const dispositions = dispositionsOf(entry.body);
    for (const { name, ending: byPolicy } of policy.classes) {
      const ending = dispositions[name] ?? byPolicy;
      if (ending === 'seal') await this.sealUnlessGone(accountId, name, plan, new Date(entry.at));
      for (let more = true; more;) {
        more = (await this.transactor.run((tx) => this.gateway.eraseAnnounced(tx, accountId, name, plan, ending))).more;
      }
    }
    await this.transactor.run(async (tx) => {
      await this.ledger.remember(tx, entry);
      await this.record(tx, entry);
    });
  }

  /** A record that expired since the backup has no key any more, and gets none (R8). */
  private async sealUnlessGone(accountId: string, recordClass: string, plan: PlanRef, endedAt: Date): Promise<void> {
    try {
      await this.transactor.run((tx) => this.sealer.sealClass(tx, accountId, recordClass, plan, endedAt));
    } catch (error) {
      if (!isDomainError(error, RETENTION_ERRORS.record_key_destroyed)) throw error;
    }
  }

  /** The policy of the plan where the restored database knows it, else the present one. */
  private async policyOf(entry: LedgerEntry): Promise<string> {
    const sha256 = String(entry.body['policySha256'] ?? '');
    try {
      return (await this.catalogue.pinned(this.transactor.reader, sha256)).sha256;
    } catch {
      return this.catalogue.current.sha256;
    }
  }

  private async dropShredded(): Promise<number> {
    let dropped = 0;
    for (let after: string | undefined; ;) {
      const page = await this.records.names(this.transactor.reader, after, NAMES);
      const gone: string[] = [];
      for (const r of page) {
        const name = { accountId: r.account_id, recordClass: r.record_class, slot: r.key_slot ?? undefined };
        if (await this.keys.isDestroyed(name)) gone.push(r.id);
      }
      if (gone.length > 0) dropped += await this.transactor.run((tx) => this.records.bury(tx, gone, this.clock.now()));
      after = page.at(-1)?.id;
      if (page.length < NAMES) return dropped;
    }
  }

  private async record(tx: Tx, entry: LedgerEntry): Promise<void> {
    await this.audit.record(tx, {
      type: 'erasure_ledger.replayed',
      actor: SYSTEM,
      ...(entry.accountId === undefined ? {} : { accountId: entry.accountId }),
      target: { kind: 'erasure_ledger_entry', id: entry.id },
      clauses: ['DER-3', 'DER-7', '2.5'],
      policies: { retention: this.catalogue.current.sha256 },
    });
  }
}

interface HoldForm {
  readonly id: string;
  readonly accountId: string | null;
  readonly caseId: string | null;
  readonly recordClasses: string[] | null;
  readonly reviewAt: string;
  readonly placedAt: string;
}
