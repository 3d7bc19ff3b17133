import { Controller, Get, Query } from '@nestjs/common';
import { type CallerSpec, IdParam, Operation } from '../../../platform/http/operation.js';
import type { Page } from '../../../platform/http/paging.js';
import { READERS } from '../callers.js';
import { ENFORCEMENT_ERRORS as E } from '../enforcement.errors.js';
import { ContentSystemsDto, RemovalItemDto, RemovalQuery } from './removal-list.dto.js';
import { RectificationDetailDto, RectificationDto, RectificationQuery } from './rectification-list.dto.js';
import { RepeatedMisuseDto, RepeatedMisuseQuery } from './repeated-misuse.dto.js';
import { ReadListsService } from './read-lists.service.js';

const REMOVAL_READERS: CallerSpec[] = [...READERS, 'staff:ops'];

/** What follows decisions, as lists: orders with their due dates, content that other systems were asked to remove. */
@Controller('v1')
export class ListsController {
  constructor(private readonly lists: ReadListsService) {}

  @Get('rectifications')
  @Operation({
    summary: 'Orders to rectify, the nearest due date first; what is open without a state',
    callers: READERS,
    clauses: ['ENF-2', '7.1'],
    page: RectificationDto,
  })
  orders(@Query() query: RectificationQuery): Promise<Page<unknown>> {
    return this.lists.orders(query, query);
  }

  @Get('rectifications/:id')
  @Operation({
    summary: 'One order with what was submitted and answered, and what can be done now',
    callers: READERS,
    clauses: ['ENF-2', '7.1'],
    answer: RectificationDetailDto,
    errors: [E.sanction_not_found],
  })
  order(@IdParam('id') id: string): Promise<unknown> {
    return this.lists.order(id);
  }

  @Get('content-removals')
  @Operation({
    summary: 'Content that systems were asked to remove, newest first; what is open without a state',
    callers: REMOVAL_READERS,
    clauses: ['ENF-7', '7.1'],
    page: RemovalItemDto,
  })
  removals(@Query() query: RemovalQuery): Promise<Page<unknown>> {
    return this.lists.removals(query, query);
  }

  @Get('content-removals/systems')
  @Operation({
    summary: 'How each content system answers: the last thirty days and whatever is open',
    callers: REMOVAL_READERS,
    clauses: ['ENF-7', '7.1'],
    answer: ContentSystemsDto,
  })
  async systems(): Promise<unknown> {
    return { items: await this.lists.systems() };
  }

  @Get('content-removals/:id')
  @Operation({
    summary: 'What one content system was asked to remove, and what it said',
    callers: REMOVAL_READERS,
    clauses: ['ENF-7', '7.1'],
    answer: RemovalItemDto,
    errors: [E.removal_not_found],
  })
  removal(@IdParam('id') id: string): Promise<unknown> {
    return this.lists.removal(id);
  }

  @Get('repeated-misuse')
  @Operation({
    summary: 'Accounts with more than one decision: number, share, gravity, and the warning before it',
    callers: READERS,
    clauses: ['ENF-4', 'ENF-8', '7.1'],
    page: RepeatedMisuseDto,
  })
  repeats(@Query() query: RepeatedMisuseQuery): Promise<Page<unknown>> {
    return this.lists.repeats(query.least ?? 2, query.within ?? 'P180D', query);
  }
}
