import { Injectable, Logger } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { isDomainError } from '../../../kernel/domain-error.js';
import { inLanes } from '../../../kernel/lanes.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { DecisionsStore } from '../decisions/decisions.store.js';
import { ReverseDecisionService } from '../decisions/reverse-decision.service.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { BulkDecisionsService } from './bulk-decisions.service.js';
import { type BulkItem, type BulkRecord, BulkStore } from './bulk.store.js';
import { DecideItemService, refusalOf } from './decide-item.service.js';

/** What breaks (and is not refused) is tried again after the others; a poisoned item holds nobody up. */
const MOST_ATTEMPTS = 5;

interface ItemWork {
  readonly from: BulkItem['state'];
  /** What an item becomes that is refused, or broke too often. */
  readonly onRefusal: BulkItem['state'];
  readonly work: (tx: Tx, item: BulkItem) => Promise<BulkItem>;
}

/**
 * Carries bulk decisions out, a batch at a time. Every item is a transaction of its own that locks one account, a few of
 * them at once: whoever wants another account, and whoever decides a single case, waits for none of it.
 */
@Injectable()
export class CarryOutBulkService {
  private readonly log = new Logger('BulkDecisions');

  constructor(
    private readonly transactor: Transactor,
    private readonly store: BulkStore,
    private readonly bulks: BulkDecisionsService,
    private readonly items: DecideItemService,
    private readonly decisions: DecisionsStore,
    private readonly reversing: ReverseDecisionService,
    private readonly accounts: AccountsService,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  /** One batch of items of one bulk decision. @returns how many items it looked at */
  async runBatch(limit: number): Promise<number> {
    const bulk = await this.store.due(this.transactor.reader, this.clock.now());
    if (bulk === undefined) return 0;
    if (bulk.state === 'awaiting_approval') {
      await this.bulks.lapse(bulk.id);
      return 1;
    }
    const what = bulk.state === 'reversing' ? this.reversal(bulk) : this.decision(bulk);
    const items = await this.store.items(this.transactor.reader, bulk.id, what.from, limit);
    await inLanes(items, this.config.bulkAtOnce, (item) => this.settle(bulk, item, what));
    // Ten thousand are not in the way of five: bulk decisions take turns, a batch each.
    if (items.length === 0) await this.bulks.finish(bulk);
    else await this.transactor.run((tx) => this.store.passTurn(tx, bulk.id, this.clock.now()));
    return items.length + 1;
  }

  private decision(bulk: BulkRecord): ItemWork {
    const order = this.items.orderOf(bulk.order);
    const actor = staff(bulk.proposedBy, bulk.proposedRole);
    const approvedBy = bulk.approvedBy === null ? undefined : staff(bulk.approvedBy, bulk.approvedRole);
    const work = async (tx: Tx, item: BulkItem): Promise<BulkItem> => {
      const decisionId = await this.items.decide(tx, item.accountId, order, actor, { bulkId: bulk.id, approvedBy });
      return { ...item, state: 'done', decisionId, problem: null };
    };
    return { from: 'waiting', onRefusal: 'refused', work };
  }

  private reversal(bulk: BulkRecord): ItemWork {
    const actor: Actor = { kind: 'staff', id: bulk.reversedBy ?? bulk.proposedBy };
    const work = async (tx: Tx, item: BulkItem): Promise<BulkItem> => {
      const [, decision] = await Promise.all([
        this.accounts.lockForUpdate(tx, item.accountId),
        item.decisionId === null ? undefined : this.decisions.lock(tx, item.decisionId),
      ]);
      const reversed = decision && (await this.reversing.overturn(tx, decision, 'bulk decision reversed', actor));
      return { ...item, state: reversed === undefined ? 'not_reversed' : 'reversed' };
    };
    return { from: 'done', onRefusal: 'not_reversed', work };
  }

  /** One item, one transaction; what refuses one account stops no other. */
  private async settle(bulk: BulkRecord, item: BulkItem, { from, onRefusal, work }: ItemWork): Promise<void> {
    const now = this.clock.now();
    try {
      await this.transactor.run(async (tx) => {
        if (!(await this.store.takeItem(tx, bulk.id, item.accountId, from))) return;
        await this.store.setItem(tx, bulk.id, await work(tx, item), now);
      });
    } catch (error) {
      if (!isDomainError(error)) {
        this.log.error(`bulk decision ${bulk.id}, account ${item.accountId}: ${String(error)}`);
        const end = { from, most: MOST_ATTEMPTS, onEnd: onRefusal };
        await this.transactor.run((tx) => this.store.setBack(tx, bulk.id, item.accountId, end, now));
        return;
      }
      const refused = { ...item, state: onRefusal, problem: refusalOf(error) };
      await this.transactor.run((tx) => this.store.setItem(tx, bulk.id, refused, now));
    }
  }
}

const staff = (id: string, role: string | null): Actor => ({ kind: 'staff', id, ...(role === null ? {} : { role }) });
