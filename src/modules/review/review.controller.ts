import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { Caller, type StaffCaller } from '../../platform/callers/caller.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { type CallerSpec, IdParam, IfMatch, Operation } from '../../platform/http/operation.js';
import { decodeCursor, type Page, pageOf } from '../../platform/http/paging.js';
import { blockerOf, stateAt, TASK_ACTIONS } from './domain/allowed-actions.js';
import { ReviewConfig } from './review.config.js';
import {
  AssignDto,
  ClaimNextDto,
  EscalateDto,
  ReleaseDto,
  ReviewStatsDto,
  ReviewTaskDto,
  ReviewTasksQuery,
  SnoozeDto,
  TASK_KINDS,
} from './review.dto.js';
import { REVIEW_ERRORS as E } from './review.errors.js';
import { askerOf, ReviewDeskService } from './review-desk.service.js';
import type { ReviewTaskRow } from './review-task.entity.js';

const READERS: readonly CallerSpec[] = [
  'staff:moderator',
  'staff:senior_moderator',
  'staff:legal',
  'staff:ops',
  'staff:auditor',
  'staff:admin',
];
const WORKERS: readonly CallerSpec[] = ['staff:moderator', 'staff:senior_moderator', 'staff:legal', 'staff:admin'];
const HELD = [E.task_not_found, E.task_ended, E.task_held_by_other, E.task_not_held, E.conflict_of_interest];
const CLAUSES = ['2.4', '2.5', '7.1'];

/** One queue for every kind of human work. */
@Controller('v1/review-tasks')
export class ReviewController {
  constructor(
    private readonly desk: ReviewDeskService,
    private readonly config: ReviewConfig,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Operation({ summary: 'Tasks by deadline', callers: READERS, clauses: CLAUSES, page: ReviewTaskDto })
  async list(@Query() query: ReviewTasksQuery, @Caller() caller: StaffCaller): Promise<Page<ReviewTaskDto>> {
    const { kind, status, assignee, overdue, accountId, limit } = query;
    const filter = {
      ...(kind === undefined ? {} : { kinds: kind.split(',') }),
      ...(status === undefined ? {} : { status }),
      ...(assignee === undefined ? {} : { assignee: assignee === 'me' ? caller.id : assignee }),
      ...(overdue === undefined ? {} : { overdue }),
      ...(accountId === undefined ? {} : { accountId }),
    };
    const found = await this.desk.list(filter, decodeCursor(query.cursor), limit + 1);
    return pageOf(
      found,
      limit,
      (t) => [t.dueAt, t.id],
      (t) => this.present(t, caller),
    );
  }

  @Get('stats')
  @Operation({ summary: 'How full each queue is', callers: READERS, clauses: CLAUSES, answer: ReviewStatsDto })
  async stats(): Promise<ReviewStatsDto> {
    const counts = await this.desk.counts(TASK_KINDS);
    return {
      countedAtMost: this.config.countAtMost,
      queues: counts.map((c) => ({ ...c, oldestDueAt: c.oldestDueAt?.toISOString() ?? null })),
    };
  }

  @Post('claim-next')
  @Operation({
    summary: 'Take the next task',
    description:
      'The server picks: escalated and urgent first, then the nearest deadline. Nobody else gets the same one.',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    errors: [E.queue_empty],
  })
  async claimNext(@Body() { kinds }: ClaimNextDto, @Caller() caller: StaffCaller): Promise<ReviewTaskDto> {
    return this.present(await this.desk.claimNext(kinds, caller), caller);
  }

  @Get(':id')
  @Operation({
    summary: 'One task',
    callers: READERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    errors: [E.task_not_found],
  })
  async get(@IdParam('id') id: string, @Caller() caller: StaffCaller): Promise<ReviewTaskDto> {
    return this.present(await this.desk.get(id), caller);
  }

  @Post(':id/claim')
  @Operation({
    summary: 'Claim a task for the length of a lease',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    errors: [...HELD, E.task_assigned_to_other, E.task_snoozed],
  })
  async claim(@IdParam('id') id: string, @Caller() caller: StaffCaller): Promise<ReviewTaskDto> {
    return this.present(await this.desk.claim(id, caller), caller);
  }

  @Post(':id/heartbeat')
  @Operation({ summary: 'Extend my lease', callers: WORKERS, clauses: CLAUSES, answer: ReviewTaskDto, errors: HELD })
  async extend(@IdParam('id') id: string, @Caller() caller: StaffCaller): Promise<ReviewTaskDto> {
    return this.present(await this.desk.extend(id, caller), caller);
  }

  @Post(':id/release')
  @Operation({
    summary: 'Give it back to the queue',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    errors: HELD,
  })
  async release(
    @IdParam('id') id: string,
    @Body() { reason }: ReleaseDto,
    @Caller() caller: StaffCaller,
  ): Promise<ReviewTaskDto> {
    return this.present(await this.desk.release(id, caller, reason), caller);
  }

  @Post(':id/assign')
  @Operation({
    summary: 'Give it to one person, or to the queue',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    errors: [...HELD, E.leads_only],
    ifMatch: true,
  })
  async assign(
    @IdParam('id') id: string,
    @IfMatch() version: number,
    @Body() { assignee }: AssignDto,
    @Caller() caller: StaffCaller,
  ): Promise<ReviewTaskDto> {
    return this.present(await this.desk.assign(id, caller, assignee, version), caller);
  }

  @Post(':id/snooze')
  @Operation({
    summary: 'Put it off',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    errors: [...HELD, HTTP_ERRORS.invalid_request],
    ifMatch: true,
  })
  async snooze(
    @IdParam('id') id: string,
    @IfMatch() version: number,
    @Body() { until, reason }: SnoozeDto,
    @Caller() caller: StaffCaller,
  ): Promise<ReviewTaskDto> {
    return this.present(await this.desk.snooze(id, caller, new Date(until), reason, version), caller);
  }

  @Post(':id/escalate')
  @Operation({
    summary: 'Ask a lead to look at it',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    errors: HELD,
    ifMatch: true,
  })
  async escalate(
    @IdParam('id') id: string,
    @IfMatch() version: number,
    @Body() { reason }: EscalateDto,
    @Caller() caller: StaffCaller,
  ): Promise<ReviewTaskDto> {
    return this.present(await this.desk.escalate(id, caller, reason, version), caller);
  }

  private present(task: ReviewTaskRow, caller: StaffCaller): ReviewTaskDto {
    const now = this.clock.now();
    const state = stateAt(task, now);
    const held = state === 'claimed';
    return {
      id: task.id,
      kind: task.kind,
      subjectId: task.subjectId,
      accountId: task.accountId,
      state,
      priority: task.priority,
      dueAt: task.dueAt.toISOString(),
      provisionalDue: task.provisionalDue,
      overdue: task.endedAt === null && task.dueAt < now,
      facts: task.facts,
      assignee: task.assignee,
      holder: held ? task.holder : null,
      leaseUntil: held ? (task.leaseUntil?.toISOString() ?? null) : null,
      snoozedUntil: state === 'snoozed' ? (task.snoozedUntil?.toISOString() ?? null) : null,
      escalatedAt: task.escalatedAt?.toISOString() ?? null,
      escalation: task.escalation,
      outcome: task.outcome,
      endedBy: task.endedBy,
      endedAt: task.endedAt?.toISOString() ?? null,
      version: task.version,
      createdAt: task.createdAt.toISOString(),
      actions: TASK_ACTIONS.map((action) => {
        const blockedBy = blockerOf(action, task, askerOf(caller), now) ?? null;
        return { action, allowed: blockedBy === null, blockedBy };
      }),
    };
  }
}
