import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { actorOf, Caller, type StaffCaller } from '../../platform/callers/caller.js';
import { IdParam, Operation } from '../../platform/http/operation.js';
import type { Page } from '../../platform/http/paging.js';
import { present } from './present-task.js';
import { ReadTasksService } from './read-tasks.service.js';
import { CLAUSES, READERS } from './review.callers.js';
import { ReviewStatsDto, ReviewTaskDto, RevealEvidenceDto, ReviewTasksQuery, ViewersDto } from './review.dto.js';
import { REVIEW_ERRORS as E } from './review.errors.js';
import { filterOf } from './task-filter.js';
import { WatchTasksService } from './watch-tasks.service.js';

/** The queue as it is seen, and who else looks. What people do in it: `WorkTasksController`. */
@Controller('v1/review-tasks')
export class ReviewController {
  constructor(
    private readonly reading: ReadTasksService,
    private readonly watching: WatchTasksService,
  ) {}

  @Get()
  @Operation({
    summary: 'Tasks by deadline, or in another order',
    description:
      'Live work about matters that you are part of is left out, unless you ask for one account or one subject.',
    callers: READERS,
    clauses: CLAUSES,
    page: ReviewTaskDto,
    errors: [E.cursor_of_other_order],
  })
  async list(@Query() query: ReviewTasksQuery, @Caller() caller: StaffCaller): Promise<Page<ReviewTaskDto>> {
    const { limit, cursor, sort: order = 'due', ...asked } = query;
    const page = await this.reading.list(filterOf(asked, caller), { limit, cursor, order }, caller);
    return { items: page.items.map(present), nextCursor: page.nextCursor };
  }

  @Get('stats')
  @Operation({ summary: 'How full each queue is', callers: READERS, clauses: CLAUSES, answer: ReviewStatsDto })
  async stats(): Promise<ReviewStatsDto> {
    const { asOf, countBound, kinds } = await this.reading.stats();
    return {
      asOf: asOf.toISOString(),
      countBound,
      kinds: kinds.map((k) => ({
        ...k,
        oldestCreatedAt: k.oldestCreatedAt?.toISOString() ?? null,
        nextDueAt: k.nextDueAt?.toISOString() ?? null,
      })),
    };
  }

  @Get(':id')
  @Operation({
    summary: 'One task',
    callers: READERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    errors: [E.review_task_not_found],
  })
  async get(@IdParam('id') id: string, @Caller() caller: StaffCaller): Promise<ReviewTaskDto> {
    return present(await this.reading.get(id, caller));
  }

  @Post(':id/viewers')
  @Operation({
    summary: 'I have it open',
    description:
      'Said every few seconds by an open page; answered with who else has it open. Nobody is kept from anything.',
    callers: READERS,
    clauses: CLAUSES,
    answer: ViewersDto,
    errors: [E.review_task_not_found],
  })
  async see(@IdParam('id') id: string, @Caller() caller: StaffCaller): Promise<ViewersDto> {
    await this.reading.get(id, caller);
    return { viewers: await this.watching.see(id, caller.id) };
  }

  @Delete(':id/viewers')
  @Operation({ summary: 'I have closed it', callers: READERS, clauses: CLAUSES, status: 204 })
  async leave(@IdParam('id') id: string, @Caller() caller: StaffCaller): Promise<void> {
    await this.watching.leave(id, caller.id);
  }

  @Post(':id/evidence-reveals')
  @Operation({
    summary: 'I am about to look at this piece of evidence',
    description:
      'Recorded in the audit log before a page shows it: who looked at what, and how much anybody has to see.',
    callers: READERS,
    clauses: CLAUSES,
    status: 204,
    errors: [E.review_task_not_found],
  })
  async reveal(
    @IdParam('id') id: string,
    @Body() { item }: RevealEvidenceDto,
    @Caller() caller: StaffCaller,
  ): Promise<void> {
    await this.watching.noteReveal(id, item, actorOf(caller));
  }
}
