import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Caller } from '../../platform/callers/caller.js';
import { type CallerSpec, IdParam, IfMatch, Operation } from '../../platform/http/operation.js';
import type { Page } from '../../platform/http/paging.js';
import type { Worker } from './domain/allowed-actions.js';
import { type QueueStats, ReadTasksService, type TaskView } from './read-tasks.service.js';
import {
  AssignTaskDto,
  ClaimedNextDto,
  ClaimNextDto,
  EscalateTaskDto,
  QueueStatsDto,
  ReviewTaskDto,
  ReviewTaskQuery,
  SnoozeTaskDto,
} from './review.dto.js';
import { REVIEW_ERRORS as E } from './review.errors.js';
import { WorkTasksService } from './work-tasks.service.js';

const WORKERS: CallerSpec[] = ['staff:moderator', 'staff:senior_moderator', 'staff:legal', 'staff:ops', 'staff:admin'];
const READERS: CallerSpec[] = [...WORKERS, 'staff:auditor'];
const CLAUSES = ['ENF-13', 'DER-2', 'REG-8'];

const workerOf = (caller: Caller): Worker =>
  caller.kind === 'staff' ? { id: caller.id, roles: caller.roles } : { id: '', roles: [] };

@Controller('v1/review-tasks')
export class ReviewController {
  constructor(
    private readonly reading: ReadTasksService,
    private readonly work: WorkTasksService,
  ) {}

  @Get()
  @Operation({ summary: 'The queue, what is due first in front', callers: READERS, clauses: CLAUSES, page: ReviewTaskDto })
  list(@Query() query: ReviewTaskQuery, @Caller() caller: Caller): Promise<Page<TaskView>> {
    const { limit, cursor, assignee, ...filter } = query;
    const worker = workerOf(caller);
    const whose = assignee === 'me' ? worker.id : assignee;
    return this.reading.list({ ...filter, assignee: whose }, { limit, cursor }, worker);
  }

  @Get('stats')
  @Operation({ summary: 'How much waits, by kind', callers: READERS, clauses: CLAUSES, answer: QueueStatsDto })
  stats(): Promise<QueueStats> {
    return this.reading.stats();
  }

  @Post('claim-next')
  @Operation({
    summary: 'Takes the most urgent task that you may take',
    description: 'By deadline, then priority, then age. Two people who ask at once get two tasks.',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ClaimedNextDto,
  })
  async claimNext(@Body() body: ClaimNextDto, @Caller() caller: Caller): Promise<{ task: TaskView | null }> {
    const worker = workerOf(caller);
    const task = await this.work.claimNext(body.kinds ?? [], worker);
    return { task: task === undefined ? null : this.reading.view(task, worker) };
  }

  @Get(':id')
  @Operation({
    summary: 'One task, with what you may do with it and why not',
    callers: READERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    errors: [E.review_task_not_found],
  })
  get(@IdParam('id') id: string, @Caller() caller: Caller): Promise<TaskView> {
    return this.reading.get(id, workerOf(caller));
  }

  @Post(':id/claim')
  @Operation({
    summary: 'Takes a task for the length of a lease',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    errors: [
      E.review_task_not_found,
      E.review_task_taken,
      E.review_task_ended,
      E.review_task_unavailable,
      E.conflict_of_interest,
      E.review_role_needed,
    ],
  })
  async claim(@IdParam('id') id: string, @Caller() caller: Caller): Promise<TaskView> {
    const worker = workerOf(caller);
    return this.reading.view(await this.work.claim(id, worker), worker);
  }

  @Post(':id/heartbeat')
  @Operation({
    summary: 'Keeps a claim while you are at work',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    errors: [E.review_task_not_found, E.review_claim_required, E.review_task_taken, E.review_task_ended],
  })
  async heartbeat(@IdParam('id') id: string, @Caller() caller: Caller): Promise<TaskView> {
    const worker = workerOf(caller);
    return this.reading.view(await this.work.heartbeat(id, worker), worker);
  }

  @Post(':id/release')
  @Operation({
    summary: 'Gives a task back',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    ifMatch: true,
    errors: [E.review_task_not_found, E.review_claim_required, E.review_task_taken, E.review_task_ended],
  })
  async release(@IdParam('id') id: string, @IfMatch() version: number, @Caller() caller: Caller): Promise<TaskView> {
    const worker = workerOf(caller);
    return this.reading.view(await this.work.release(id, version, worker), worker);
  }

  @Post(':id/assign')
  @Operation({
    summary: 'Keeps a task for somebody',
    callers: ['staff:senior_moderator', 'staff:admin'],
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    ifMatch: true,
    errors: [E.review_task_not_found, E.review_task_ended, E.conflict_of_interest, E.review_role_needed],
  })
  async assign(
    @IdParam('id') id: string,
    @IfMatch() version: number,
    @Body() body: AssignTaskDto,
    @Caller() caller: Caller,
  ): Promise<TaskView> {
    const worker = workerOf(caller);
    return this.reading.view(await this.work.assign(id, version, body.assignee, worker), worker);
  }

  @Post(':id/snooze')
  @Operation({
    summary: 'Puts a task aside until a time; its due time stays',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    ifMatch: true,
    errors: [E.review_task_not_found, E.review_task_taken, E.review_task_ended, E.snooze_not_possible],
  })
  async snooze(
    @IdParam('id') id: string,
    @IfMatch() version: number,
    @Body() body: SnoozeTaskDto,
    @Caller() caller: Caller,
  ): Promise<TaskView> {
    const worker = workerOf(caller);
    return this.reading.view(await this.work.snooze(id, version, new Date(body.until), worker), worker);
  }

  @Post(':id/escalate')
  @Operation({
    summary: 'Hands a task up, with a reason',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    ifMatch: true,
    errors: [E.review_task_not_found, E.review_task_taken, E.review_task_ended, E.conflict_of_interest],
  })
  async escalate(
    @IdParam('id') id: string,
    @IfMatch() version: number,
    @Body() body: EscalateTaskDto,
    @Caller() caller: Caller,
  ): Promise<TaskView> {
    const worker = workerOf(caller);
    return this.reading.view(await this.work.escalate(id, version, body.reason, worker), worker);
  }
}
