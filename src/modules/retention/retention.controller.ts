import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { actorOf, Caller } from '../../platform/callers/caller.js';
import type { Once } from '../../platform/database/once.js';
import { OnceKey } from '../../platform/http/once.js';
import { IdParam, Operation } from '../../platform/http/operation.js';
import { decodeCursor, type Page, PageQuery, pageOf } from '../../platform/http/paging.js';
import { Catalogue } from './catalogue.js';
import { reportCsv, reportHtml } from './domain/run-report.js';
import {
  ProposeRunDto,
  RequestRunDto,
  RunChangesDto,
  RunDto,
  RunReportQuery,
  RunSampleDto,
  RunSummaryDto,
  StartRunDto,
} from './retention-runs.dto.js';
import { RetentionPolicyDto } from './retention.dto.js';
import { RETENTION_ERRORS } from './retention.errors.js';
import { policyDto, runDto, runSummaryDto } from './retention.presenter.js';
import { RetentionRuns } from './retention-runs.js';
import { SampleRunService } from './sample-run.service.js';
import { StartProposedRunService } from './start-proposed-run.service.js';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';

const CLAUSES = ['DER-4', '2.5(1)'];

/** The policy, and the runs that carry it out. */
@Controller('v1/retention')
export class RetentionController {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly runs: RetentionRuns,
    private readonly starting: StartProposedRunService,
    private readonly sampling: SampleRunService,
  ) {}

  @Get('policy')
  @Operation({
    summary: 'Which records are kept after an account ends: why, from when, for how long, who may read them',
    callers: ['public'],
    clauses: CLAUSES,
    answer: RetentionPolicyDto,
  })
  policy(): RetentionPolicyDto {
    return policyDto(this.catalogue.current);
  }

  @Post('runs')
  @Operation({
    summary: 'Ask for a retention run',
    description:
      'Queued; a worker erases what is past its period, or with `dryRun` counts it and changes nothing. Unless the operator ' +
      'said otherwise, what erases needs two people: propose a completed dry run, and have somebody else start it.',
    callers: ['staff:ops', 'staff:admin'],
    clauses: CLAUSES,
    status: 202,
    answer: RunDto,
    errors: [RETENTION_ERRORS.legal_hold_unknown_class, RETENTION_ERRORS.run_second_person_required],
  })
  async request(@Body() body: RequestRunDto, @Caller() caller: Caller, @OnceKey() once: Once): Promise<RunDto> {
    const scope = body.recordClasses === undefined ? {} : { recordClasses: body.recordClasses };
    const id = await this.runs.request(once, body.dryRun, scope, actorOf(caller));
    return runDto(await this.runs.find(id), caller);
  }

  @Get('runs')
  @Operation({
    summary: 'Retention runs, newest first',
    callers: ['staff:ops', 'staff:auditor', 'staff:legal', 'staff:admin'],
    clauses: CLAUSES,
    page: RunSummaryDto,
  })
  async list(@Query() query: PageQuery): Promise<Page<RunSummaryDto>> {
    const found = await this.runs.list(decodeCursor(query.cursor), query.limit);
    return pageOf(found, query.limit, (r) => [r.requested_at, r.id], runSummaryDto);
  }

  @Get('runs/:id')
  @Operation({
    summary: 'One retention run with its progress by class',
    callers: ['staff:ops', 'staff:auditor', 'staff:legal', 'staff:admin'],
    clauses: CLAUSES,
    answer: RunDto,
  })
  async find(@IdParam('id') id: string, @Caller() caller: Caller): Promise<RunDto> {
    const [view, started] = await Promise.all([this.runs.find(id), this.starting.startedFrom(id)]);
    return runDto(view, caller, started?.id);
  }

  @Get('runs/:id/report')
  @Operation({
    summary: 'The report of a run as JSON, CSV or a page with charts',
    callers: ['staff:ops', 'staff:auditor', 'staff:legal', 'staff:admin'],
    clauses: CLAUSES,
    raw: {
      mediaType: 'application/json',
      description: 'Counts by class, oldest overdue, errors; `?format=csv|html` for the other forms.',
    },
  })
  async report(
    @IdParam('id') id: string,
    @Query() query: RunReportQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const { report, hash } = await this.runs.report(id);
    if (query.format === 'csv') {
      void reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="retention-${id}.csv"`);
      return reportCsv(report);
    }
    if (query.format === 'html') {
      void reply
        .header('content-type', 'text/html; charset=utf-8')
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
      return reportHtml(report, hash);
    }
    return { ...report, sha256: hash };
  }

  @Get('runs/:id/sample')
  @Operation({
    summary: 'Some of what is due as of a run, the oldest of each class; whose, and never what is in it',
    callers: ['staff:ops', 'staff:auditor', 'staff:legal', 'staff:admin'],
    clauses: CLAUSES,
    answer: RunSampleDto,
    errors: [RETENTION_ERRORS.unknown_policy],
  })
  async sample(@IdParam('id') id: string): Promise<RunSampleDto> {
    const found = await this.sampling.of(id);
    return { items: found.map((each) => ({ ...each, since: each.since.toISOString() })) };
  }

  @Get('runs/:id/changes')
  @Operation({
    summary: 'What is not any more as this dry run counted it',
    callers: ['staff:ops', 'staff:auditor', 'staff:legal', 'staff:admin'],
    clauses: CLAUSES,
    answer: RunChangesDto,
    errors: [RETENTION_ERRORS.unknown_policy],
  })
  async changes(@IdParam('id') id: string): Promise<RunChangesDto> {
    return { changed: await this.starting.changes(id) };
  }

  @Post('runs/:id/proposal')
  @Operation({
    summary: 'Ask that a completed dry run be carried out',
    description: 'It cannot be undone: the version of the policy is typed, and somebody else starts it.',
    callers: ['staff:ops', 'staff:admin'],
    clauses: CLAUSES,
    answer: RunDto,
    errors: [RETENTION_ERRORS.run_not_proposable, RETENTION_ERRORS.run_confirmation_wrong],
  })
  async propose(@IdParam('id') id: string, @Body() body: ProposeRunDto, @Caller() caller: Caller): Promise<RunDto> {
    await this.starting.propose(id, body.confirm, actorOf(caller));
    return this.find(id, caller);
  }

  @Post('runs/:id/start')
  @Operation({
    summary: 'Carry out a proposed dry run, as a second person',
    description:
      'Exactly what was counted: the moment of the dry run, its policy, its report. Refused with what changed if anything did. ' +
      'Answers the run; sent again, the same run.',
    callers: ['staff:ops', 'staff:admin'],
    clauses: CLAUSES,
    status: 202,
    answer: RunDto,
    errors: [
      RETENTION_ERRORS.run_not_proposable,
      RETENTION_ERRORS.run_second_person_required,
      RETENTION_ERRORS.run_confirmation_wrong,
      RETENTION_ERRORS.run_changed_since_dry_run,
      RETENTION_ERRORS.unknown_policy,
    ],
  })
  async start(@IdParam('id') id: string, @Body() body: StartRunDto, @Caller() caller: Caller): Promise<RunDto> {
    const started = await this.starting.start(id, body, actorOf(caller));
    return this.find(started.id, caller);
  }

  @Post('runs/:id/pause')
  @Operation({
    summary: 'Pause a run after its present batch',
    callers: ['staff:ops', 'staff:admin'],
    clauses: CLAUSES,
    answer: RunDto,
    errors: [LIFECYCLE_ERRORS.wrong_state],
  })
  async pause(@IdParam('id') id: string, @Caller() caller: Caller): Promise<RunDto> {
    return runDto(await this.runs.steer(id, 'pause', actorOf(caller)), caller);
  }

  @Post('runs/:id/resume')
  @Operation({
    summary: 'Resume a paused run where it stopped',
    callers: ['staff:ops', 'staff:admin'],
    clauses: CLAUSES,
    answer: RunDto,
    errors: [LIFECYCLE_ERRORS.wrong_state],
  })
  async resume(@IdParam('id') id: string, @Caller() caller: Caller): Promise<RunDto> {
    return runDto(await this.runs.steer(id, 'resume', actorOf(caller)), caller);
  }

  @Post('runs/:id/cancel')
  @Operation({
    summary: 'Cancel a run after its present batch',
    callers: ['staff:ops', 'staff:admin'],
    clauses: CLAUSES,
    answer: RunDto,
    errors: [LIFECYCLE_ERRORS.wrong_state],
  })
  async cancel(@IdParam('id') id: string, @Caller() caller: Caller): Promise<RunDto> {
    return runDto(await this.runs.steer(id, 'cancel', actorOf(caller)), caller);
  }
}
