import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { actorOf, Caller, type StaffCaller } from '../../platform/callers/caller.js';
import { type CallerSpec, IdParam, IfMatch, Operation } from '../../platform/http/operation.js';
import type { Page } from '../../platform/http/paging.js';
import { ActInBulkService } from './act-in-bulk.service.js';
import { ReadTasksService, type TaskView } from './read-tasks.service.js';
import { BulkResultDto, BulkTasksDto } from './review-bulk.dto.js';
import {
  AssignTaskDto,
  ClaimNextDto,
  EscalateTaskDto,
  NextTaskDto,
  ReviewStatsDto,
  ReviewTaskDto,
  RevealEvidenceDto,
  ReviewTasksQuery,
  SnoozeTaskDto,
  ViewersDto,
} from './review.dto.js';
import { REVIEW_ERRORS as E } from './review.errors.js';
import type { ReviewTask } from './review-task.record.js';
import { WatchTasksService } from './watch-tasks.service.js';
import { WorkTasksService } from './work-tasks.service.js';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';

export const WORKERS: readonly CallerSpec[] = [
  'staff:moderator',
  'staff:senior_moderator',
  'staff:legal',
  'staff:admin',
];
const READERS: readonly CallerSpec[] = [...WORKERS, 'staff:ops', 'staff:auditor'];
const REFUSED = [
  E.review_task_not_found,
  E.review_task_ended,
  E.review_task_taken,
  E.review_task_unavailable,
  E.review_claim_required,
  E.conflict_of_interest,
  E.review_role_needed,
  E.decision_held,
];
const MOVED = [...REFUSED, LIFECYCLE_ERRORS.wrong_state];
const CLAUSES = ['2.4', '2.5', '7.1'];

/** The queue, as the people who work in it see it. */
@Controller('v1/review-tasks')
export class ReviewController {
  constructor(
    private readonly tasks: WorkTasksService,
    private readonly reading: ReadTasksService,
    private readonly watching: WatchTasksService,
    private readonly bulk: ActInBulkService,
  ) {}

  @Get()
  @Operation({
    summary: 'Tasks by deadline',
    description:
      'Live work about matters that you are part of is left out, unless you ask for one account or one subject.',
    callers: READERS,
    clauses: CLAUSES,
    page: ReviewTaskDto,
  })
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
    errors: [E.review_task_taken],
  })
  async claimNext(@Body() { kinds, except }: ClaimNextDto, @Caller() caller: StaffCaller): Promise<NextTaskDto> {
    const task = await this.tasks.claimNext(kinds, caller, except);
    return { task: task === undefined ? null : await this.answer(task, caller) };
  }

  @Post('bulk-actions')
  @Operation({
    summary: 'One action for many tasks, each answering for itself',
    description:
      'Named tasks, or all of a filter up to a limit that a dry run tells first. Each task is changed in a transaction of its own.',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: BulkResultDto,
    errors: [E.review_selection_invalid],
  })
  async act(@Body() body: BulkTasksDto, @Caller() caller: StaffCaller): Promise<BulkResultDto> {
    const { asOf, ...result } = await this.bulk.act(body, caller);
    return { ...result, asOf: asOf.toISOString() };
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
  @Operation({
    summary: 'Keep my claim',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    errors: REFUSED,
  })
  async heartbeat(@IdParam('id') id: string, @Caller() caller: StaffCaller): Promise<ReviewTaskDto> {
    return this.answer(await this.tasks.heartbeat(id, caller), caller);
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

  @Post(':id/release')
  @Operation({
    summary: 'Give it back to the queue',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    errors: MOVED,
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
    errors: MOVED,
    ifMatch: true,
  })
  async assign(
    @IdParam('id') id: string,
    @IfMatch() version: number,
    @Body() { assignee, reason }: AssignTaskDto,
    @Caller() caller: StaffCaller,
  ): Promise<ReviewTaskDto> {
    return this.answer(await this.tasks.assign(id, version, assignee, caller, reason), caller);
  }

  @Post(':id/snooze')
  @Operation({
    summary: 'Put it aside until later',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    errors: [...MOVED, E.snooze_not_possible],
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
    errors: MOVED,
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

  private async answer(task: ReviewTask, caller: StaffCaller): Promise<ReviewTaskDto> {
    return present(await this.reading.withViewers(task, caller));
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
    decidingUntil: view.decidingUntil?.toISOString() ?? null,
  };
}
