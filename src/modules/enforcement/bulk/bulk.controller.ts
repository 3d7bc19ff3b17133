import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { actorOf, Caller } from '../../../platform/callers/caller.js';
import type { Once } from '../../../platform/database/once.js';
import { IdParam, Operation } from '../../../platform/http/operation.js';
import { OnceKey } from '../../../platform/http/once.js';
import { type Page, PageQuery } from '../../../platform/http/paging.js';
import { MODERATORS, READERS } from '../callers.js';
import { ApprovalDto } from '../decisions/new-decision.dto.js';
import { ENFORCEMENT_ERRORS as E } from '../enforcement.errors.js';
import { BulkDecisionsService } from './bulk-decisions.service.js';
import type { BulkRecord } from './bulk.store.js';
import { BulkDto, BulkItemDto, BulkLineDto, BulkQuery, NewBulkDto } from './bulk.dto.js';
import { LIFECYCLE_ERRORS } from '../../../kernel/lifecycle.js';
import { TASKED } from '../shared-refusals.js';

@Controller('v1/bulk-decisions')
export class BulkController {
  constructor(private readonly bulk: BulkDecisionsService) {}

  @Post()
  @Operation({
    summary: 'Decide about many accounts at once; `dryRun` says what would happen',
    description: 'More accounts than configured, or a measure that needs two people, waits for a second person.',
    callers: MODERATORS,
    clauses: ['ENF-0', '7.1'],
    status: 201,
    answer: BulkDto,
    idempotent: true,
    // Ten thousand ids are 390 kilobytes.
    bodyBytes: 1024 * 1024,
    errors: [E.unknown_clause, E.bulk_selection_invalid, E.bulk_selection_empty, E.bulk_too_large],
  })
  async propose(@OnceKey() once: Once, @Body() body: NewBulkDto, @Caller() caller: Caller): Promise<unknown> {
    const actor = actorOf(caller);
    if (body.dryRun === true) {
      const { total, sample } = await this.bulk.dryRun(body, actor);
      const nobody = { proposedBy: null, approvedBy: null, reversedBy: null };
      return { id: null, state: null, total, counts: {}, sample, createdAt: null, order: null, ...nobody };
    }
    const { id } = await this.bulk.propose(once, body, actor);
    return this.show(id);
  }

  @Get()
  @Operation({ summary: 'Bulk decisions, newest first', callers: READERS, clauses: ['7.1'], page: BulkLineDto })
  async list(@Query() query: BulkQuery): Promise<Page<BulkLineDto>> {
    const { items, nextCursor } = await this.bulk.list(query.state, query);
    return { items: items.map(lineOf), nextCursor };
  }

  @Get(':id')
  @Operation({
    summary: 'Progress and a sample',
    callers: READERS,
    clauses: ['7.1'],
    answer: BulkDto,
    errors: [E.bulk_not_found],
  })
  get(@IdParam('id') id: string): Promise<unknown> {
    return this.show(id);
  }

  @Get(':id/items')
  @Operation({ summary: 'The outcome of every item', callers: READERS, clauses: ['7.1'], page: BulkItemDto })
  items(@IdParam('id') id: string, @Query() query: PageQuery): Promise<Page<unknown>> {
    return this.bulk.items(id, query);
  }

  @Post(':id/approval')
  @Operation({
    summary: 'The second person agrees or declines',
    callers: ['staff:senior_moderator', 'staff:legal'],
    clauses: ['7.1'],
    answer: BulkDto,
    errors: [E.bulk_not_found, E.not_awaiting_approval, E.second_person_required, E.bulk_not_reversible, ...TASKED],
  })
  async approve(@IdParam('id') id: string, @Body() body: ApprovalDto, @Caller() caller: Caller): Promise<unknown> {
    await this.bulk.answer(id, body.approved, actorOf(caller));
    return this.show(id);
  }

  @Post(':id/reversal')
  @Operation({
    summary: 'Take the whole bulk decision back',
    callers: ['staff:senior_moderator'],
    clauses: ['ENF-10', '7.1'],
    answer: BulkDto,
    errors: [E.bulk_not_found, E.bulk_not_reversible, LIFECYCLE_ERRORS.wrong_state],
  })
  async reverse(@IdParam('id') id: string, @Caller() caller: Caller): Promise<unknown> {
    await this.bulk.reverse(id, actorOf(caller));
    return this.show(id);
  }

  private async show(id: string): Promise<unknown> {
    const { bulk, counts, sample } = await this.bulk.get(id);
    const { state, total, createdAt, proposedBy, approvedBy, reversedBy } = bulk;
    const { select = null, decision, note } = bulk.order as NewBulkDto;
    const order = { select, decision, note };
    return { id, state, total, counts, sample, createdAt, order, proposedBy, approvedBy, reversedBy };
  }
}

function lineOf({ id, state, total, createdAt, proposedBy, approvedBy, order }: BulkRecord): BulkLineDto {
  const { clauses, actions } = (order as NewBulkDto).decision;
  const measures = [...new Set(actions.map(({ type }) => type))];
  return { id, state, total, clauses, measures, createdAt: createdAt.toISOString(), proposedBy, approvedBy };
}
