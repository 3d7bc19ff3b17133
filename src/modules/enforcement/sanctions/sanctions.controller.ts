import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { actorOf, Caller } from '../../../platform/callers/caller.js';
import type { Once } from '../../../platform/database/once.js';
import { IdParam, IfMatch, Operation } from '../../../platform/http/operation.js';
import { OnceKey } from '../../../platform/http/once.js';
import { type Page, PageQuery } from '../../../platform/http/paging.js';
import { MODERATORS, READERS } from '../callers.js';
import { ApproveDecisionService } from '../decisions/approve-decision.service.js';
import { ChangePreviewedDto, DecisionDto, DecisionEffectDto, MyDecisionDto } from '../decisions/decisions.dto.js';
import { ApprovalDto } from '../decisions/new-decision.dto.js';
import { PreviewDecisionService } from '../decisions/preview-decision.service.js';
import { ReasonDto } from '../enforcement.dto.js';
import {
  ChangePreviewDto,
  ChangeSanctionDto,
  SanctionDto,
  SanctionQuery,
  SanctionReviewDto,
  WhyDto,
} from './sanctions.dto.js';
import { ENFORCEMENT_ERRORS as E } from '../enforcement.errors.js';
import { ReadEnforcementService } from '../read-enforcement.service.js';
import { sanctionReviewOf, wantedChangeOf } from '../requests.js';
import { ChangeSanctionService } from './change-sanction.service.js';
import { PreviewChangeService } from './preview-change.service.js';
import { ReviewSanctionService } from './review-sanction.service.js';
import { HTTP_ERRORS } from '../../../platform/http/http.errors.js';
import { LIFECYCLE_ERRORS } from '../../../kernel/lifecycle.js';
import { IMPOSING, TASKED } from '../shared-refusals.js';

@Controller('v1')
export class SanctionsController {
  constructor(
    private readonly approving: ApproveDecisionService,
    private readonly previewing: PreviewDecisionService,
    private readonly changing: ChangeSanctionService,
    private readonly previewingChange: PreviewChangeService,
    private readonly reviewing: ReviewSanctionService,
    private readonly reading: ReadEnforcementService,
  ) {}

  @Get('accounts/me/decisions')
  @Operation({
    summary: 'What was decided about you, why, and how long you can appeal',
    callers: ['account'],
    clauses: ['ENF-8', 'ENF-14', '7.1'],
    page: MyDecisionDto,
  })
  mine(@Query() query: PageQuery, @Caller() caller: Caller): Promise<Page<unknown>> {
    const accountId = caller.kind === 'account' ? caller.accountId : '';
    return this.reading.mine(accountId, query);
  }

  @Get('decisions/:id')
  @Operation({
    summary: 'A decision with its statement of reasons and measures',
    callers: READERS,
    clauses: ['ENF-8', '7.1'],
    answer: DecisionDto,
    errors: [E.decision_not_found],
  })
  decision(@IdParam('id') id: string): Promise<unknown> {
    return this.reading.decision(id);
  }

  @Get('decisions/:id/effect')
  @Operation({
    summary:
      'What agreeing to a decision that waits would change: the standing before and after, and what was suggested',
    callers: [...MODERATORS, 'staff:legal'],
    clauses: ['ENF-5', 'ENF-6', '7.1'],
    answer: DecisionEffectDto,
    errors: [E.decision_not_found, E.not_awaiting_approval],
  })
  effect(@IdParam('id') id: string): Promise<unknown> {
    return this.previewing.effectOf(id);
  }

  @Post('decisions/:id/approval')
  @Operation({
    summary: 'The second person approves or declines',
    callers: ['staff:senior_moderator', 'staff:legal'],
    clauses: ['ENF-5', 'ENF-6', '7.1'],
    answer: DecisionDto,
    idempotent: true,
    errors: [E.decision_not_found, E.not_awaiting_approval, E.second_person_required, ...IMPOSING, ...TASKED],
  })
  async approve(
    @OnceKey() once: Once,
    @IdParam('id') id: string,
    @Body() body: ApprovalDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    await this.approving.answer(once, id, body, actorOf(caller));
    return this.reading.decision(id);
  }

  @Post('decisions/:id/withdrawal')
  @Operation({
    summary: 'Take back a decision of yours that waits for a second person',
    callers: MODERATORS,
    clauses: ['7.1'],
    answer: DecisionDto,
    idempotent: true,
    errors: [
      E.decision_not_found,
      E.not_awaiting_approval,
      E.not_your_decision,
      HTTP_ERRORS.stale_version,
      LIFECYCLE_ERRORS.wrong_state,
    ],
  })
  async withdraw(
    @OnceKey() once: Once,
    @IdParam('id') id: string,
    @Body() body: ReasonDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    await this.approving.withdraw(once, id, body.reason, actorOf(caller));
    return this.reading.decision(id);
  }

  @Get('sanctions')
  @Operation({
    summary: 'Sanctions, newest first',
    callers: READERS,
    clauses: ['ENF-3', 'ENF-4', '7.1'],
    page: SanctionDto,
  })
  list(@Query() query: SanctionQuery): Promise<Page<unknown>> {
    const { limit, cursor, ...filter } = query;
    return this.reading.listSanctions(filter, { limit, cursor });
  }

  @Get('sanctions/:id')
  @Operation({
    summary: 'One sanction',
    callers: READERS,
    clauses: ['7.1'],
    answer: SanctionDto,
    errors: [E.sanction_not_found],
  })
  get(@IdParam('id') id: string): Promise<unknown> {
    return this.reading.sanction(id);
  }

  @Post('sanctions/:id/lift')
  @Operation({
    summary: 'Lift a sanction; what it took comes back in the same transaction',
    callers: MODERATORS,
    clauses: ['ENF-10', '7.1'],
    answer: SanctionDto,
    idempotent: true,
    errors: [
      E.sanction_change_invalid,
      E.sanction_not_found,
      E.sanction_ended,
      HTTP_ERRORS.stale_version,
      LIFECYCLE_ERRORS.wrong_state,
    ],
  })
  async lift(
    @OnceKey() once: Once,
    @IdParam('id') id: string,
    @Body() body: WhyDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    await this.changing.lift(once, id, undefined, body, actorOf(caller));
    return this.reading.sanction(id);
  }

  @Post('sanctions/:id/reviews')
  @Operation({
    summary: 'A measure that was due to be looked at again: keep it until another date, end it, or lift it',
    callers: MODERATORS,
    clauses: ['ENF-4', 'ENF-6', 'ENF-10', '7.1'],
    answer: SanctionDto,
    idempotent: true,
    errors: [
      E.second_person_required,
      E.sanction_not_found,
      E.sanction_ended,
      E.sanction_change_invalid,
      E.no_review_due,
      ...IMPOSING,
      ...TASKED,
    ],
  })
  async review(
    @OnceKey() once: Once,
    @IdParam('id') id: string,
    @Body() body: SanctionReviewDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    await this.reviewing.answer(once, id, sanctionReviewOf(body), actorOf(caller));
    return this.reading.sanction(id);
  }

  @Post('sanctions/:id/change-previews')
  @Operation({
    summary: 'Word for word what the person would read of a change, and what they may do then, without making it',
    callers: MODERATORS,
    clauses: ['ENF-8', 'ENF-10', '7.1'],
    answer: ChangePreviewedDto,
    errors: [E.sanction_not_found, E.sanction_ended, E.sanction_change_invalid, LIFECYCLE_ERRORS.wrong_state],
  })
  preview(@IdParam('id') id: string, @Body() body: ChangePreviewDto, @Caller() caller: Caller): Promise<unknown> {
    return this.previewingChange.preview(id, wantedChangeOf(body), actorOf(caller));
  }

  @Patch('sanctions/:id')
  @Operation({
    summary: 'Shorten, extend, or free single features',
    callers: MODERATORS,
    clauses: ['ENF-10', '7.1'],
    answer: SanctionDto,
    ifMatch: true,
    errors: [
      E.sanction_not_found,
      E.sanction_ended,
      E.sanction_change_invalid,
      E.second_person_required,
      LIFECYCLE_ERRORS.wrong_state,
      ...IMPOSING,
    ],
  })
  async change(
    @IdParam('id') id: string,
    @IfMatch() version: number,
    @Body() body: ChangeSanctionDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    const { endsAt, ...change } = body;
    const end = endsAt === undefined ? {} : { endsAt: new Date(endsAt) };
    await this.changing.change(id, version, { ...change, ...end }, actorOf(caller));
    return this.reading.sanction(id);
  }
}
