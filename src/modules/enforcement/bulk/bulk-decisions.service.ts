import { Injectable, Logger } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import type { Actor } from '../../../kernel/actor.js';
import { digestOf } from '../../../kernel/canonical-json.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError, isDomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import { addPeriod } from '../../../kernel/period.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { decodeCursor, type Page, pageOf } from '../../../platform/http/paging.js';
import { ReviewService } from '../../review/review.service.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { OpenOwnCaseService } from '../cases/open-own-case.service.js';
import { DecideCaseService } from '../decisions/decide-case.service.js';
import { DecisionsStore } from '../decisions/decisions.store.js';
import { ReverseDecisionService } from '../decisions/reverse-decision.service.js';
import { type BulkCommand, bulkLifecycle } from '../domain/bulk-lifecycle.js';
import { fourEyesReasons, planned } from '../domain/actions.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { decisionRequestOf } from '../requests.js';
import { NewBulkDto } from './bulk.dto.js';
import { SelectAccountsService } from './select-accounts.service.js';
import { type BulkItem, type BulkRecord, BulkStore } from './bulk.store.js';

export const BULK_TASK = 'bulk_approval';
const SAMPLE = 20;
/** What breaks (and is not refused) is tried again after the others; a poisoned item holds nobody up. */
const MOST_ATTEMPTS = 5;

/** Many accounts, one judgement: each item is its own case, decision and transaction, and can be reversed as one. */
@Injectable()
export class BulkDecisionsService {
  private readonly log = new Logger('BulkDecisions');

  constructor(
    private readonly transactor: Transactor,
    private readonly store: BulkStore,
    private readonly selecting: SelectAccountsService,
    private readonly opening: OpenOwnCaseService,
    private readonly deciding: DecideCaseService,
    private readonly decisions: DecisionsStore,
    private readonly reversing: ReverseDecisionService,
    private readonly accounts: AccountsService,
    private readonly review: ReviewService,
    private readonly journal: EnforcementJournal,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  async propose(once: Once, order: NewBulkDto, actor: Actor): Promise<{ id: string }> {
    const accountIds = await this.selecting.resolve(order.accountIds, order.select);
    return this.transactor.once(once, async (tx) => {
      const now = this.clock.now();
      const request = decisionRequestOf(order.decision, this.config.defaultNotice);
      const many = accountIds.length > this.config.bulkAlone;
      const alone = !many && fourEyesReasons(planned(request.actions, now)).length === 0;
      const { dryRun: _dryRun, accountIds: _ids, ...kept } = order;
      const bulk: BulkRecord = {
        id: newId(),
        state: alone ? bulkLifecycle.move('awaiting_approval', 'approve') : 'awaiting_approval',
        version: 1,
        order: kept,
        orderDigest: digestOf(JSON.parse(JSON.stringify({ ...kept, accountIds }))),
        total: accountIds.length,
        proposedBy: actor.id,
        proposedRole: actor.role ?? actor.kind,
        approvedBy: null,
        reversedBy: null,
        nextAt: alone ? now : null,
        createdAt: now,
        updatedAt: now,
      };
      await this.store.insert(tx, bulk, accountIds);
      if (!alone) {
        await this.review.open(tx, {
          kind: BULK_TASK,
          subjectId: bulk.id,
          dueAt: addPeriod(now, this.config.approvalLimit),
          priority: 85,
          roles: ['senior_moderator', 'legal'],
          conflictIds: [actor.id],
          refs: { total: bulk.total, clauses: request.clauses },
        });
      }
      await this.note(tx, ENFORCEMENT_EVENTS.bulkStarted, bulk, actor);
      return { id: bulk.id };
    });
  }

  /** What would happen to a sample: every item is decided for real, in a transaction that is then thrown away. */
  async dryRun(order: NewBulkDto, actor: Actor): Promise<{ total: number; sample: BulkItem[] }> {
    const accountIds = await this.selecting.resolve(order.accountIds, order.select);
    const sample: BulkItem[] = [];
    for (const accountId of accountIds.slice(0, SAMPLE)) {
      const problem = await this.transactor
        .run(async (tx) => {
          await this.decideOne(tx, accountId, order, actor, undefined);
          throw new DryRunOver();
        })
        .catch((error: unknown) => (error instanceof DryRunOver ? null : codeOf(error)));
      sample.push({ accountId, state: problem === null ? 'done' : 'refused', decisionId: null, problem });
    }
    return { total: accountIds.length, sample };
  }

  answer(id: string, approved: boolean, actor: Actor): Promise<BulkRecord> {
    return this.transactor.run(async (tx) => {
      const bulk = await this.mustLock(tx, id);
      if (bulk.state !== 'awaiting_approval') throw new DomainError(ENFORCEMENT_ERRORS.not_awaiting_approval);
      if (bulk.proposedBy === actor.id) throw new DomainError(ENFORCEMENT_ERRORS.second_person_required);
      await this.review.takeAndComplete(
        tx,
        { kind: BULK_TASK, subjectId: id },
        actor,
        approved ? 'approved' : 'declined',
      );
      const nextAt = approved ? this.clock.now() : null;
      return this.step(tx, { ...bulk, approvedBy: actor.id, nextAt }, approved ? 'approve' : 'decline', actor);
    });
  }

  reverse(id: string, actor: Actor): Promise<BulkRecord> {
    return this.transactor.run(async (tx) => {
      const bulk = await this.mustLock(tx, id);
      if (!bulkLifecycle.can(bulk.state, 'reverse')) throw new DomainError(ENFORCEMENT_ERRORS.bulk_not_reversible);
      return this.step(tx, { ...bulk, reversedBy: actor.id, nextAt: this.clock.now() }, 'reverse', actor);
    });
  }

  async get(id: string): Promise<{ bulk: BulkRecord; counts: Record<string, number>; sample: BulkItem[] }> {
    const { reader } = this.transactor;
    const bulk = await this.store.find(reader, id);
    if (bulk === undefined) throw new DomainError(ENFORCEMENT_ERRORS.bulk_not_found);
    const sample = (await this.store.listItems(reader, id, undefined, SAMPLE)).slice(0, SAMPLE);
    return { bulk, counts: await this.store.counts(reader, id), sample };
  }

  async items(id: string, page: { limit: number; cursor?: string | undefined }): Promise<Page<BulkItem>> {
    const found = await this.store.listItems(this.transactor.reader, id, decodeCursor(page.cursor, ['id']), page.limit);
    return pageOf(found, page.limit, (item) => [item.accountId]);
  }

  /** One batch of items of one bulk decision. @returns how many items it looked at */
  async runBatch(limit: number): Promise<number> {
    const bulk = await this.store.due(this.transactor.reader, this.clock.now());
    if (bulk === undefined) return 0;
    const from = bulk.state === 'reversing' ? 'done' : 'waiting';
    const items = await this.store.items(this.transactor.reader, bulk.id, from, limit);
    for (const item of items)
      await (bulk.state === 'reversing' ? this.reverseItem(bulk, item) : this.decideItem(bulk, item));
    // Ten thousand are not in the way of five: bulk decisions take turns, a batch each.
    if (items.length === 0) await this.finish(bulk);
    else await this.transactor.run((tx) => this.store.passTurn(tx, bulk.id, this.clock.now()));
    return items.length + 1;
  }

  private async decideItem(bulk: BulkRecord, item: BulkItem): Promise<void> {
    const order = plainToInstance(NewBulkDto, bulk.order);
    const actor: Actor = { kind: 'staff', id: bulk.proposedBy, role: bulk.proposedRole };
    await this.settle(
      bulk,
      item,
      'waiting',
      async (tx) => {
        const decisionId = await this.decideOne(tx, item.accountId, order, actor, bulk.id);
        return { ...item, state: 'done', decisionId, problem: null };
      },
      'refused',
    );
  }

  private async reverseItem(bulk: BulkRecord, item: BulkItem): Promise<void> {
    const actor: Actor = { kind: 'staff', id: bulk.reversedBy ?? bulk.proposedBy };
    await this.settle(
      bulk,
      item,
      'done',
      async (tx) => {
        await this.accounts.lockForUpdate(tx, item.accountId);
        const decision = item.decisionId === null ? undefined : await this.decisions.lock(tx, item.decisionId);
        const reversed = decision && (await this.reversing.overturn(tx, decision, 'bulk decision reversed', actor));
        return { ...item, state: reversed === undefined ? 'not_reversed' : 'reversed' };
      },
      'not_reversed',
    );
  }

  /** One item, one transaction; what refuses one account stops no other. */
  private async settle(
    bulk: BulkRecord,
    item: BulkItem,
    from: BulkItem['state'],
    work: (tx: Tx) => Promise<BulkItem>,
    onRefusal: BulkItem['state'],
  ): Promise<void> {
    const now = this.clock.now();
    try {
      await this.transactor.run(async (tx) => {
        if (!(await this.store.takeItem(tx, bulk.id, item.accountId, from))) return;
        await this.store.setItem(tx, bulk.id, await work(tx), now);
      });
    } catch (error) {
      if (!isDomainError(error)) {
        this.log.error(`bulk decision ${bulk.id}, account ${item.accountId}: ${String(error)}`);
        const end = { from, most: MOST_ATTEMPTS, onEnd: onRefusal };
        await this.transactor.run((tx) => this.store.setBack(tx, bulk.id, item.accountId, end, now));
        return;
      }
      const refused = { ...item, state: onRefusal, problem: error.code };
      await this.transactor.run((tx) => this.store.setItem(tx, bulk.id, refused, now));
    }
  }

  private async decideOne(
    tx: Tx,
    accountId: string,
    order: NewBulkDto,
    actor: Actor,
    bulkId: string | undefined,
  ): Promise<string> {
    const clause = order.decision.clauses[0] ?? '';
    const opened = await this.opening.openIn(tx, { subjectAccountId: accountId, clause, note: order.note }, actor);
    const request = decisionRequestOf(order.decision, this.config.defaultNotice);
    const options = { approved: true, ...(bulkId === undefined ? {} : { bulkId }) };
    const { decision } = await this.deciding.decideIn(tx, opened.id, undefined, request, actor, options);
    return decision.id;
  }

  private async finish(seen: BulkRecord): Promise<void> {
    await this.transactor.run(async (tx) => {
      const bulk = await this.mustLock(tx, seen.id);
      if (bulk.state !== seen.state) return;
      const command = bulk.state === 'reversing' ? 'finish_reversal' : 'finish';
      await this.step(tx, { ...bulk, nextAt: null }, command, { kind: 'system', id: 'account-lifecycle' });
    });
  }

  private async step(tx: Tx, bulk: BulkRecord, command: BulkCommand, actor: Actor): Promise<BulkRecord> {
    const state = bulkLifecycle.move(bulk.state, command);
    const saved = await this.store.save(tx, { ...bulk, state, updatedAt: this.clock.now() });
    if (saved === undefined) throw new DomainError(ENFORCEMENT_ERRORS.bulk_not_reversible);
    await this.note(tx, ENFORCEMENT_EVENTS.bulkChanged, saved, actor);
    return saved;
  }

  private async mustLock(tx: Tx, id: string): Promise<BulkRecord> {
    const found = await this.store.lock(tx, id);
    if (found === undefined) throw new DomainError(ENFORCEMENT_ERRORS.bulk_not_found);
    return found;
  }

  private async note(tx: Tx, type: string, bulk: BulkRecord, actor: Actor): Promise<void> {
    await this.journal.note(tx, {
      type,
      actor,
      target: { kind: 'bulk_decision', id: bulk.id },
      clauses: ['7.1'],
      data: { state: bulk.state, total: bulk.total, orderDigest: bulk.orderDigest },
    });
  }
}

/** Ends a dry run; nothing of it commits. */
class DryRunOver extends Error {}

function codeOf(error: unknown): string {
  if (isDomainError(error)) return error.code;
  throw error;
}
