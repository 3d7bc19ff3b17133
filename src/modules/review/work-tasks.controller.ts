import { Body, Controller, Post } from '@nestjs/common';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';
import { Caller, type StaffCaller } from '../../platform/callers/caller.js';
import { IdParam, IfMatch, Operation } from '../../platform/http/operation.js';
import { ActInBulkService } from './act-in-bulk.service.js';
import { present } from './present-task.js';
import { ReadTasksService } from './read-tasks.service.js';
import { BulkResultDto, BulkTasksDto } from './review-bulk.dto.js';
import { CLAUSES, WORKERS } from './review.callers.js';
import { ReviewTaskDto } from './review.dto.js';
import { REVIEW_ERRORS as E } from './review.errors.js';
import type { ReviewTask } from './review-task.record.js';
import { SkipTasksService } from './skip-tasks.service.js';
import {
  AssignTaskDto,
  ClaimNextDto,
  EscalateTaskDto,
  NextTaskDto,
  SkipTaskDto,
  SnoozeTaskDto,
} from './work-tasks.dto.js';
import { WorkTasksService } from './work-tasks.service.js';

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

/** What people do in the queue with one task or many; deciding it is the business of its module. */
@Controller('v1/review-tasks')
export class WorkTasksController {
  constructor(
    private readonly tasks: WorkTasksService,
    private readonly skipping: SkipTasksService,
    private readonly reading: ReadTasksService,
    private readonly bulk: ActInBulkService,
  ) {}

  @Post('claim-next')
  @Operation({
    summary: 'Take the next task',
    description:
      'The server picks: nearest deadline, then priority, then age; never what you skipped. Two people asking at once get two tasks.',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: NextTaskDto,
    errors: [E.review_task_taken],
  })
  async claimNext(@Body() { kinds, except }: ClaimNextDto, @Caller() caller: StaffCaller): Promise<NextTaskDto> {
    const { task, skipped } = await this.tasks.claimNext(kinds, caller, except);
    return { task: task === undefined ? null : await this.answer(task, caller), skipped };
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

  @Post(':id/skip')
  @Operation({
    summary: 'Not this one, for me',
    description:
      'Given back if you hold it, and not dealt to you again by claim-next, from any window, until it is another matter: handed over to you, handed up, more urgent, new evidence. Claiming it by its id ends the skip. What several people skipped goes to a senior moderator.',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: ReviewTaskDto,
    errors: MOVED,
  })
  async skip(
    @IdParam('id') id: string,
    @Body() { reason }: SkipTaskDto,
    @Caller() caller: StaffCaller,
  ): Promise<ReviewTaskDto> {
    return this.answer(await this.skipping.skip(id, reason, caller), caller);
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
    return present(await this.reading.withOthers(task, caller));
  }
}
