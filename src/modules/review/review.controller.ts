import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Caller, type StaffCaller } from '../../platform/callers/caller.js';
import { type CallerSpec, IdParam, IfMatch, Operation } from '../../platform/http/operation.js';
import type { Page } from '../../platform/http/paging.js';
import { ReadTasksService, type TaskView } from './read-tasks.service.js';
import {
  AssignTaskDto,
  ClaimNextDto,
  EscalateTaskDto,
  NextTaskDto,
  ReviewStatsDto,
  ReviewTaskDto,
  ReviewTasksQuery,
  SnoozeTaskDto,
} from './review.dto.js';
import { REVIEW_ERRORS as E } from './review.errors.js';
import type { ReviewTask } from './review.store.js';
import { WorkTasksService } from './work-tasks.service.js';

const WORKERS: readonly CallerSpec[] = ['staff:moderator', 'staff:senior_moderator', 'staff:legal', 'staff:admin'];
const READERS: readonly CallerSpec[] = [...WORKERS, 'staff:ops', 'staff:auditor'];
const REFUSED = [
  E.review_task_not_found,
  E.review_task_ended,
  E.review_task_taken,
  E.review_task_unavailable,
  E.review_claim_required,
  E.conflict_of_interest,
  E.review_role_needed,
];
const CLAUSES = ['2.4', '2.5', '7.1'];

/** The queue, as the people who work in it see it. */
@Controller('v1/review-tasks')
export class ReviewController {
  constructor(
    private readonly tasks: WorkTasksService,
    private readonly reading: ReadTasksService,
  ) {}

  @Get()
  @Operation({ summary: 'Tasks by deadline', callers: READERS, clauses: CLAUSES, page: ReviewTaskDto })
  async list(@Query() query: ReviewTasksQuery, @Caller() caller: StaffCaller): Promise<Page<ReviewTaskDto>> {
    const { limit, cursor, assignee, ...filter } = query;
    const of = assignee === 'me' ? caller.id : assignee;
    const page = await this.reading.list({ ...filter, assignee: of }, { limit, cursor }, caller);
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

  @Post('claim-next')
  @Operation({
    summary: 'Take the next task',
    description:
      'The server picks: nearest deadline, then priority, then age. Two people asking at once get two tasks.',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: NextTaskDto,
  })
  async claimNext(@Body() { kinds, except }: ClaimNextDto, @Caller() caller: StaffCaller): Promise<NextTaskDto> {
    const task = await this.tasks.claimNext(kinds, caller, except);
    return { task: task === undefined ? null : this.answer(task, caller) };
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

  @Post(':id/claim')
  @Operation({
    summary: 'Claim a task for the length of a lease',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    errors: REFUSED,
  })
  async claim(@IdParam('id') id: string, @Caller() caller: StaffCaller): Promise<ReviewTaskDto> {
    return this.answer(await this.tasks.claim(id, caller), caller);
  }

  @Post(':id/heartbeat')
  @Operation({ summary: 'Keep my claim', callers: WORKERS, clauses: CLAUSES, answer: ReviewTaskDto, errors: REFUSED })
  async heartbeat(@IdParam('id') id: string, @Caller() caller: StaffCaller): Promise<ReviewTaskDto> {
    return this.answer(await this.tasks.heartbeat(id, caller), caller);
  }

  @Post(':id/release')
  @Operation({
    summary: 'Give it back to the queue',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    errors: REFUSED,
    ifMatch: true,
  })
  async release(
    @IdParam('id') id: string,
    @IfMatch() version: number,
    @Caller() caller: StaffCaller,
  ): Promise<ReviewTaskDto> {
    return this.answer(await this.tasks.release(id, version, caller), caller);
  }

  @Post(':id/assign')
  @Operation({
    summary: 'Keep it for somebody',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    errors: REFUSED,
    ifMatch: true,
  })
  async assign(
    @IdParam('id') id: string,
    @IfMatch() version: number,
    @Body() { assignee }: AssignTaskDto,
    @Caller() caller: StaffCaller,
  ): Promise<ReviewTaskDto> {
    return this.answer(await this.tasks.assign(id, version, assignee, caller), caller);
  }

  @Post(':id/snooze')
  @Operation({
    summary: 'Put it aside until later',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    errors: [...REFUSED, E.snooze_not_possible],
    ifMatch: true,
  })
  async snooze(
    @IdParam('id') id: string,
    @IfMatch() version: number,
    @Body() { until }: SnoozeTaskDto,
    @Caller() caller: StaffCaller,
  ): Promise<ReviewTaskDto> {
    return this.answer(await this.tasks.snooze(id, version, new Date(until), caller), caller);
  }

  @Post(':id/escalate')
  @Operation({
    summary: 'Hand it up',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    errors: REFUSED,
    ifMatch: true,
  })
  async escalate(
    @IdParam('id') id: string,
    @IfMatch() version: number,
    @Body() { reason }: EscalateTaskDto,
    @Caller() caller: StaffCaller,
  ): Promise<ReviewTaskDto> {
    return this.answer(await this.tasks.escalate(id, version, reason, caller), caller);
  }

  private answer(task: ReviewTask, caller: StaffCaller): ReviewTaskDto {
    return present(this.reading.view(task, caller));
  }
}

function present(view: TaskView): ReviewTaskDto {
  const { claimedAt: _, ...shown } = view;
  return {
    ...shown,
    dueAt: view.dueAt.toISOString(),
    leaseUntil: view.leaseUntil?.toISOString() ?? null,
    snoozedUntil: view.snoozedUntil?.toISOString() ?? null,
    escalatedAt: view.escalatedAt?.toISOString() ?? null,
    updatedAt: view.updatedAt.toISOString(),
    createdAt: view.createdAt.toISOString(),
    endedAt: view.endedAt?.toISOString() ?? null,
  };
}
