import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { actorOf, Caller } from '../../platform/callers/caller.js';
import type { Once } from '../../platform/database/once.js';
import { OnceKey } from '../../platform/http/once.js';
import { IdParam, IfMatch, Operation } from '../../platform/http/operation.js';
import { decodeCursor, type Page } from '../../platform/http/paging.js';
import { AcknowledgeParticipantService } from './acknowledge-participant.service.js';
import { DecideDeregistrationService } from './decide-deregistration.service.js';
import { AcknowledgedDto, AcknowledgementDto } from './deregistration-participant.dto.js';
import {
  DeregistrationDecisionDto,
  DeregistrationDto,
  DeregistrationPreviewDto,
  DeregistrationPreviewRequestDto,
  DeregistrationItemDto,
  ListQuery,
  OpenedForDeceasedDto,
  OpenForDeceasedDto,
  RejectionReasonsDto,
} from './deregistration-review.dto.js';
import { DEREGISTRATION_ERRORS as ERRORS } from './deregistration.errors.js';
import { DeregistrationService } from './deregistration.service.js';
import { itemView, decisionPreviewView, reviewView } from './deregistration.views.js';
import type { DeregistrationState } from './domain/deregistration-lifecycle.js';
import { REJECTION_REASONS } from './domain/reasons.js';
import { OpenForDeceasedService } from './open-for-deceased.service.js';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';
import { ACCOUNT_ERRORS } from '../accounts/accounts.errors.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { REVIEW_ERRORS } from '../review/review.errors.js';

/** Staff review applications; participants acknowledge. */
@Controller('v1/deregistrations')
export class DeregistrationsController {
  constructor(
    private readonly decisions: DecideDeregistrationService,
    private readonly requests: DeregistrationService,
    private readonly acknowledgements: AcknowledgeParticipantService,
    private readonly deceased: OpenForDeceasedService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Operation({
    summary: 'Applications, the nearest due date first',
    callers: ['staff:moderator', 'staff:senior_moderator', 'staff:legal', 'staff:ops', 'staff:auditor'],
    clauses: ['DER-2', '2.5'],
    page: DeregistrationItemDto,
  })
  async list(@Query() query: ListQuery): Promise<Page<DeregistrationItemDto>> {
    const now = this.clock.now();
    const page = await this.decisions.list({
      states: query.state === undefined ? undefined : [query.state as DeregistrationState],
      overdueAt: query.overdue === true ? now : undefined,
      accountId: query.accountId,
      after: decodeCursor(query.cursor),
      limit: query.limit,
    });
    return { ...page, items: page.items.map((d) => itemView(d, now)) };
  }

  @Get('rejection-reasons')
  @Operation({
    summary: 'Reasons for rejection, each with the person’s next step',
    callers: ['public'],
    clauses: ['DER-2', '2.5'],
    answer: RejectionReasonsDto,
  })
  reasons(): RejectionReasonsDto {
    return { items: REJECTION_REASONS.map(({ code, zh, en, nextStep }) => ({ code, meaning: { zh, en }, nextStep })) };
  }

  @Post()
  @Operation({
    summary: 'Open the deregistration of somebody who died, as close relatives asked in writing',
    description:
      'Reviewed by somebody else. The number is told, and whoever holds it can withdraw. No account changes hands.',
    callers: ['staff:legal', 'staff:senior_moderator'],
    clauses: ['REG-4', '2.2', '2.5'],
    status: 201,
    answer: OpenedForDeceasedDto,
    idempotent: true,
    errors: [
      ERRORS.holder_arranged_otherwise,
      ERRORS.deregistration_open,
      ERRORS.deregistration_obstructed,
      LIFECYCLE_ERRORS.wrong_state,
      ACCOUNT_ERRORS.account_not_found,
      HTTP_ERRORS.stale_version,
    ],
  })
  async openForDeceased(
    @Caller() caller: Caller,
    @OnceKey() once: Once,
    @Body() body: OpenForDeceasedDto,
  ): Promise<OpenedForDeceasedDto> {
    const opened = await this.deceased.open(once, body, actorOf(caller));
    // A kept answer comes back as JSON: its instants are text by then.
    return { ...opened, coolingOffEndsAt: new Date(opened.coolingOffEndsAt).toISOString() };
  }

  @Get(':id')
  @Operation({
    summary: 'One application with its plan and the plan’s hash',
    callers: ['staff:moderator', 'staff:senior_moderator', 'staff:legal', 'staff:ops', 'staff:auditor'],
    clauses: ['DER-2', 'DER-4', '2.5'],
    answer: DeregistrationDto,
  })
  async one(@IdParam('id') id: string): Promise<DeregistrationDto> {
    return reviewView(await this.decisions.view(id), this.clock.now());
  }

  @Post(':id/decision')
  @Operation({
    summary: 'Approve or reject exactly the plan that was seen',
    callers: ['staff:moderator', 'staff:senior_moderator', 'staff:legal'],
    clauses: ['DER-2', '2.5'],
    answer: DeregistrationDto,
    ifMatch: true,
    errors: [
      ERRORS.plan_changed,
      ERRORS.own_application,
      ERRORS.reason_not_in_catalogue,
      ERRORS.plan_not_executable,
      REVIEW_ERRORS.review_task_ended,
      REVIEW_ERRORS.conflict_of_interest,
      REVIEW_ERRORS.review_claim_required,
      REVIEW_ERRORS.review_task_taken,
      LIFECYCLE_ERRORS.wrong_state,
      REVIEW_ERRORS.review_task_not_found,
    ],
  })
  async decide(
    @Caller() caller: Caller,
    @IdParam('id') id: string,
    @IfMatch() version: number,
    @Body() body: DeregistrationDecisionDto,
  ): Promise<DeregistrationDto> {
    await this.decisions.decide(id, version, { ...body, note: body.note ?? null }, actorOf(caller));
    return reviewView(await this.decisions.view(id), this.clock.now());
  }

  @Post(':id/decision-previews')
  @Operation({
    summary: 'What the person would get and read, without deciding',
    description: 'The message as it would be handed to the provider, and the person’s status page as it would answer.',
    callers: ['staff:moderator', 'staff:senior_moderator', 'staff:legal'],
    clauses: ['DER-2', '2.5'],
    answer: DeregistrationPreviewDto,
    errors: [ERRORS.reason_not_in_catalogue],
  })
  async preview(
    @IdParam('id') id: string,
    @Body() body: DeregistrationPreviewRequestDto,
  ): Promise<DeregistrationPreviewDto> {
    return decisionPreviewView(await this.decisions.preview(id, body), this.clock.now());
  }

  @Post(':id/retry')
  @Operation({
    summary: 'Try what failed again now',
    callers: ['staff:ops', 'staff:senior_moderator'],
    clauses: ['DER-3', '2.5'],
    status: 202,
  })
  async retry(@Caller() caller: Caller, @IdParam('id') id: string): Promise<void> {
    await this.requests.retry(id, actorOf(caller));
  }

  @Post(':id/acknowledgements')
  @Operation({
    summary: 'A participant says that it has fenced or erased, or that it will not',
    callers: ['service:erasure:ack'],
    clauses: ['DER-3', '2.5'],
    answer: AcknowledgedDto,
    errors: [ERRORS.unknown_participant, ERRORS.not_this_participant, ERRORS.not_asked_yet],
  })
  async acknowledge(
    @Caller() caller: Caller,
    @IdParam('id') id: string,
    @Body() body: AcknowledgementDto,
  ): Promise<AcknowledgedDto> {
    const { participant, phase, outcome, reason } = body;
    const counts = { erased: body.counts?.erased ?? 0, retained: body.counts?.retained ?? 0 };
    const said = { participant, phase, outcome, counts, reasonCode: reason ?? null };
    return { disposition: await this.acknowledgements.acknowledge(id, said, actorOf(caller).id) };
  }
}
