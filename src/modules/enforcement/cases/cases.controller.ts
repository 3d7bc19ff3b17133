import { Body, Controller, Get, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LIFECYCLE_ERRORS } from '../../../kernel/lifecycle.js';
import { actorOf, Caller } from '../../../platform/callers/caller.js';
import type { Once } from '../../../platform/database/once.js';
import { IdParam, IfMatch, Operation } from '../../../platform/http/operation.js';
import { OnceKey } from '../../../platform/http/once.js';
import { localeOf } from '../../../platform/http/locale.js';
import type { Page } from '../../../platform/http/paging.js';
import { toldIn } from '../../../platform/http/problem.js';
import { LIMIT_ERRORS } from '../../../platform/limits/limits.errors.js';
import { MODERATORS, READERS } from '../callers.js';
import { DecideCaseService } from '../decisions/decide-case.service.js';
import { PreviewDecisionService } from '../decisions/preview-decision.service.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { CaseDetailDto, CaseDto, CaseQuery, EvidenceDto, MergeDto, NewCaseDto, NewEvidenceDto } from './cases.dto.js';
import { DecisionDto, DecisionPreviewDto } from '../decisions/decisions.dto.js';
import { NewDecisionDto } from '../decisions/new-decision.dto.js';
import { IdOnlyDto, ReasonDto } from '../enforcement.dto.js';
import { ReceiveBatchService } from '../intake/receive-batch.service.js';
import {
  NewReportDto,
  ReportBatchDto,
  ReportBatchReceiptDto,
  ReportOutcomeDto,
  ReportReceiptDto,
} from '../intake/reports.dto.js';
import { ENFORCEMENT_ERRORS as E } from '../enforcement.errors.js';
import { type Receipt, ReceiveReportService } from '../intake/receive-report.service.js';
import { ReadEnforcementService } from '../read-enforcement.service.js';
import { decisionRequestOf } from '../requests.js';
import { OpenOwnCaseService } from './open-own-case.service.js';
import { WorkCaseService } from './work-case.service.js';
import { HTTP_ERRORS } from '../../../platform/http/http.errors.js';
import { REVIEW_ERRORS } from '../../review/review.errors.js';
import { IMPOSING, TASKED } from '../shared-refusals.js';

@Controller('v1')
export class CasesController {
  constructor(
    private readonly intake: ReceiveReportService,
    private readonly batches: ReceiveBatchService,
    private readonly own: OpenOwnCaseService,
    private readonly work: WorkCaseService,
    private readonly deciding: DecideCaseService,
    private readonly previewing: PreviewDecisionService,
    private readonly reading: ReadEnforcementService,
    private readonly config: EnforcementConfig,
  ) {}

  @Post('reports')
  @Operation({
    summary: 'Report an account',
    description: 'The subject never learns who reported. Reports of one matter about one account become one case.',
    callers: ['account', 'service:reports:write', ...MODERATORS, 'public'],
    clauses: ['ENF-13', '6', '9.2'],
    status: 201,
    answer: ReportReceiptDto,
    idempotent: true,
    errors: [
      E.unknown_clause,
      E.report_subject_unknown,
      E.report_challenge_required,
      E.report_challenge_failed,
      LIMIT_ERRORS.too_many_requests,
      HTTP_ERRORS.stale_version,
    ],
  })
  report(@OnceKey() once: Once, @Body() body: NewReportDto, @Caller() caller: Caller): Promise<Receipt> {
    return this.intake.receive(once, body, caller);
  }

  @Post('report-batches')
  @Operation({
    summary: 'Report what a detector found, up to 500 at a time',
    description:
      'Each is received or refused by itself. Sent again under the same key, a batch that broke off answers what it had ' +
      'received and receives the rest.',
    callers: ['service:reports:write'],
    clauses: ['ENF-13', '6', '9.2'],
    status: 201,
    answer: ReportBatchReceiptDto,
    idempotent: true,
    bodyBytes: 2 * 1024 * 1024,
  })
  async reportMany(@OnceKey() once: Once, @Body() body: ReportBatchDto, @Caller() caller: Caller): Promise<unknown> {
    return { items: await this.batches.receive(once, body.reports, caller) };
  }

  @Get('reports/:token')
  @Operation({
    summary: 'What became of a report',
    callers: ['public'],
    clauses: ['ENF-13', '6'],
    answer: ReportOutcomeDto,
    errors: [E.report_not_found],
  })
  track(@Param('token') token: string): Promise<unknown> {
    return this.intake.track(token);
  }

  @Get('cases')
  @Operation({ summary: 'Cases, newest first', callers: READERS, clauses: ['ENF-13'], page: CaseDto })
  list(@Query() query: CaseQuery): Promise<Page<unknown>> {
    const { limit, cursor, ...filter } = query;
    return this.reading.listCases(filter, { limit, cursor });
  }

  @Post('cases')
  @Operation({
    summary: 'Open a case by own motion',
    callers: MODERATORS,
    clauses: ['ENF-13', '7.1'],
    status: 201,
    answer: CaseDetailDto,
    idempotent: true,
    errors: [E.unknown_clause, E.report_subject_unknown, HTTP_ERRORS.stale_version],
  })
  async open(@OnceKey() once: Once, @Body() body: NewCaseDto, @Caller() caller: Caller): Promise<unknown> {
    const { id } = await this.own.open(once, body, actorOf(caller));
    return this.reading.case(id, caller);
  }

  @Get('cases/:id')
  @Operation({
    summary: 'A case with evidence, reports, decisions and linked accounts',
    callers: READERS,
    clauses: ['ENF-13', '7.1'],
    answer: CaseDetailDto,
    errors: [E.case_not_found],
  })
  get(@IdParam('id') id: string, @Caller() caller: Caller): Promise<unknown> {
    return this.reading.case(id, caller);
  }

  @Post('cases/:id/evidence')
  @Operation({
    summary: 'Add evidence; it is hashed and never changed',
    callers: [...MODERATORS, 'staff:legal'],
    clauses: ['ENF-11', '7.1'],
    status: 201,
    answer: EvidenceDto,
    idempotent: true,
    errors: [E.case_not_found, E.evidence_too_large, HTTP_ERRORS.stale_version],
  })
  async addEvidence(
    @OnceKey() once: Once,
    @IdParam('id') id: string,
    @Body() body: NewEvidenceDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    return { ...(await this.work.addEvidence(once, id, body, actorOf(caller))), content: body.content };
  }

  @Post('cases/:id/decisions')
  @Operation({
    summary: 'Decide a case: one or more of the seven measures, with a statement of reasons',
    description:
      'Takes effect in standing in the same transaction. Closure, open-ended suspension and a ban on re-registration wait ' +
      'for a second person. The task of the case is taken if nobody holds it. Two people deciding one case: one is refused.',
    callers: MODERATORS,
    clauses: ['ENF-0', 'ENF-1', 'ENF-3', 'ENF-4', 'ENF-5', 'ENF-6', 'ENF-7', 'ENF-8', '7.1'],
    status: 201,
    answer: DecisionDto,
    idempotent: true,
    errors: [
      E.case_not_found,
      E.unknown_clause,
      E.decision_invalid,
      E.deviation_reason_required,
      E.decision_not_found,
      ...IMPOSING,
      ...TASKED,
    ],
  })
  async decide(
    @OnceKey() once: Once,
    @IdParam('id') id: string,
    @Body() body: NewDecisionDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    const request = decisionRequestOf(body, this.config.defaultNotice);
    const { id: decisionId, taken } = await this.deciding.decide(once, id, undefined, request, actorOf(caller));
    return taken
      ? this.reading.taken(taken.decision, taken.sanctions, taken.statement)
      : this.reading.decision(decisionId);
  }

  @Post('cases/:id/decision-previews')
  @Operation({
    summary: 'What a decision would be, without taking it: the text that the person gets and the resulting standing',
    callers: MODERATORS,
    clauses: ['ENF-8', '7.1'],
    answer: DecisionPreviewDto,
    errors: [E.case_not_found, E.unknown_clause],
  })
  async preview(
    @IdParam('id') id: string,
    @Body() body: NewDecisionDto,
    @Caller() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<unknown> {
    const wanted = decisionRequestOf(body, this.config.defaultNotice);
    const { draft, notice, statement, standing } = await this.previewing.preview(id, wanted, actorOf(caller));
    const locale = localeOf(request.headers['accept-language']);
    return {
      suggestion: draft.suggestion ?? null,
      deviates: draft.deviates,
      fourEyes: draft.fourEyes,
      problems: { items: draft.problems.map(toldIn(locale)) },
      notice: { ...notice, statementOfReasons: statement },
      standing,
    };
  }

  @Post('cases/:id/dismissal')
  @Operation({
    summary: 'No violation',
    callers: MODERATORS,
    clauses: ['ENF-13', '6'],
    answer: IdOnlyDto,
    ifMatch: true,
    errors: [
      E.case_not_found,
      LIFECYCLE_ERRORS.wrong_state,
      REVIEW_ERRORS.conflict_of_interest,
      REVIEW_ERRORS.review_task_taken,
    ],
  })
  async dismiss(
    @IdParam('id') id: string,
    @IfMatch() version: number,
    @Body() body: ReasonDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    await this.work.dismiss(id, version, body.reason, actorOf(caller));
    return { id };
  }

  @Post('cases/:id/reopening')
  @Operation({
    summary: 'Look again: new evidence',
    callers: MODERATORS,
    clauses: ['ENF-10', '7.1'],
    answer: IdOnlyDto,
    ifMatch: true,
    errors: [E.case_not_found, E.decision_pending, LIFECYCLE_ERRORS.wrong_state],
  })
  async reopen(
    @IdParam('id') id: string,
    @IfMatch() version: number,
    @Body() body: ReasonDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    await this.work.reopen(id, version, body.reason, actorOf(caller));
    return { id };
  }

  @Post('cases/:id/merge')
  @Operation({
    summary: 'Merge an undecided case into another of the same account',
    callers: MODERATORS,
    clauses: ['ENF-13'],
    answer: IdOnlyDto,
    ifMatch: true,
    errors: [E.case_not_found, E.merge_not_possible, REVIEW_ERRORS.conflict_of_interest, LIFECYCLE_ERRORS.wrong_state],
  })
  async merge(
    @IdParam('id') id: string,
    @IfMatch() version: number,
    @Body() body: MergeDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    await this.work.merge(id, version, body.into, actorOf(caller));
    return { id: body.into };
  }
}
