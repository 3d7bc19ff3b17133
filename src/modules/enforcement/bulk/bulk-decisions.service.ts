import { Injectable } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../../kernel/actor.js';
import { digestOf } from '../../../kernel/canonical-json.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError, isDomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import { addPeriod } from '../../../kernel/period.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { decodeCursor, type Page, pageOf } from '../../../platform/http/paging.js';
import { defineOutcomes, ReviewService } from '../../review/review.service.js';
import { type BulkCommand, bulkLifecycle } from '../domain/bulk-lifecycle.js';
import { fourEyesReasons } from '../domain/four-eyes.js';
import { planned } from '../domain/actions.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { decisionRequestOf } from '../requests.js';
import type { NewBulkDto } from './bulk.dto.js';
import { SelectAccountsService } from './select-accounts.service.js';
import { type BulkItem, type BulkRecord, BulkStore } from './bulk.store.js';
import { DecideItemService, refusalOf } from './decide-item.service.js';

export const BULK_TASK = 'bulk_approval';
defineOutcomes(BULK_TASK, ['approved', 'declined', 'lapsed']);
const SAMPLE = 20;

/** Many accounts, one judgement: proposed, rehearsed, agreed to by a second person, reversed as one. */
@Injectable()
export class BulkDecisionsService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: BulkStore,
    private readonly selecting: SelectAccountsService,
    private readonly deciding: DecideItemService,
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
      const { approvalLimit, longestReview } = this.config;
      const alone = !many && fourEyesReasons(planned(request.actions, now), longestReview).length === 0;
      const lapsesAt = addPeriod(now, approvalLimit);
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
        approvedRole: null,
        reversedBy: null,
        // While it waits for a second person: when it lapses.
        nextAt: alone ? now : lapsesAt,
        createdAt: now,
        updatedAt: now,
      };
      await this.store.insert(tx, bulk, accountIds);
      if (!alone) {
        await this.review.open(tx, {
          kind: BULK_TASK,
          subjectId: bulk.id,
          dueAt: lapsesAt,
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
    const wanted = this.deciding.orderOf(order);
    const sample: BulkItem[] = [];
    for (const accountId of accountIds.slice(0, SAMPLE)) {
      const problem = await this.transactor
        .run(async (tx) => {
          await this.deciding.decide(tx, accountId, wanted, actor);
          throw new DryRunOver();
        })
        .catch((error: unknown) => (error instanceof DryRunOver ? null : codeOf(error)));
      sample.push({ accountId, state: problem === null ? 'done' : 'refused', decisionId: null, problem });
    }
    return { total: accountIds.length, sample };
  }

  answer(id: string, approved: boolean, actor: Actor): Promise<BulkRecord> {
    return this.transactor.run((tx) => this.answerIn(tx, id, approved, actor));
  }

  async answerIn(tx: Tx, id: string, approved: boolean, actor: Actor): Promise<BulkRecord> {
    const bulk = await this.mustLock(tx, id);
    if (bulk.state !== 'awaiting_approval') throw new DomainError(ENFORCEMENT_ERRORS.not_awaiting_approval);
    if (bulk.proposedBy === actor.id) throw new DomainError(ENFORCEMENT_ERRORS.second_person_required);
    const outcome = approved ? 'approved' : 'declined';
    await this.review.takeAndComplete(tx, { kind: BULK_TASK, subjectId: id }, actor, outcome);
    const nextAt = approved ? this.clock.now() : null;
    return this.step(
      tx,
      { ...bulk, approvedBy: actor.id, approvedRole: actor.role ?? null, nextAt },
      approved ? 'approve' : 'decline',
      actor,
    );
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

  async list(
    state: string | undefined,
    page: { limit: number; cursor?: string | undefined },
  ): Promise<Page<BulkRecord>> {
    const found = await this.store.list(this.transactor.reader, state, decodeCursor(page.cursor), page.limit);
    return pageOf(found, page.limit, (bulk) => [bulk.createdAt, bulk.id]);
  }

  async items(id: string, page: { limit: number; cursor?: string | undefined }): Promise<Page<BulkItem>> {
    const found = await this.store.listItems(this.transactor.reader, id, decodeCursor(page.cursor, ['id']), page.limit);
    return pageOf(found, page.limit, (item) => [item.accountId]);
  }

  /** Nobody agreed in time: nothing happens to anybody, and a new proposal is needed. */
  async lapse(id: string): Promise<void> {
    await this.transactor.run(async (tx) => {
      const bulk = await this.mustLock(tx, id);
      if (bulk.state !== 'awaiting_approval' || bulk.nextAt === null || bulk.nextAt > this.clock.now()) return;
      await this.review.cancel(tx, { kind: BULK_TASK, subjectId: id }, SYSTEM, 'lapsed');
      await this.step(tx, { ...bulk, nextAt: null }, 'lapse', SYSTEM);
    });
  }

  /** No item waits any more. */
  async finish(seen: BulkRecord): Promise<void> {
    await this.transactor.run(async (tx) => {
      const bulk = await this.mustLock(tx, seen.id);
      if (bulk.state !== seen.state) return;
      const command = bulk.state === 'reversing' ? 'finish_reversal' : 'finish';
      await this.step(tx, { ...bulk, nextAt: null }, command, SYSTEM);
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
  if (isDomainError(error)) return refusalOf(error);
  throw error;
}
