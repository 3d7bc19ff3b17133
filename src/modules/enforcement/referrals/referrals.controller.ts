import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { actorOf, Caller } from '../../../platform/callers/caller.js';
import type { Once } from '../../../platform/database/once.js';
import { IdParam, Operation } from '../../../platform/http/operation.js';
import { OnceKey } from '../../../platform/http/once.js';
import type { Page } from '../../../platform/http/paging.js';
import { ApprovalDto } from '../decisions/new-decision.dto.js';
import { ENFORCEMENT_ERRORS as E } from '../enforcement.errors.js';
import { FollowUpReferralService } from './follow-up-referral.service.js';
import { NewReferralDto, ReferralDto, ReferralEntryDto, ReferralFollowUpDto } from './referrals.dto.js';
import { ReferralItemDto, ReferralQuery } from '../lists/referral-list.dto.js';
import { ReferralsService } from './referrals.service.js';
import { RETENTION_ERRORS } from '../../retention/retention.errors.js';
import { TASKED } from '../shared-refusals.js';

const CLAUSES = ['ENF-11', '7.1'];

@Controller('v1')
export class ReferralsController {
  constructor(
    private readonly referrals: ReferralsService,
    private readonly following: FollowUpReferralService,
  ) {}

  @Post('cases/:id/referrals')
  @Operation({
    summary: 'Propose a report to the authority, or record its request',
    description: 'The evidence is preserved and listed with its hashes; nothing leaves before a second person agreed.',
    callers: ['staff:moderator', 'staff:senior_moderator', 'staff:legal'],
    clauses: CLAUSES,
    status: 201,
    answer: ReferralDto,
    idempotent: true,
    errors: [E.case_not_found, E.referral_not_found, RETENTION_ERRORS.lock_scheme_changed],
  })
  async propose(
    @OnceKey() once: Once,
    @IdParam('id') id: string,
    @Body() body: NewReferralDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    const { dueAt, ...what } = body;
    const due = dueAt === undefined ? {} : { dueAt: new Date(dueAt) };
    const proposed = await this.referrals.propose(once, id, { ...what, ...due }, actorOf(caller));
    return this.referrals.get(proposed.id);
  }

  @Get('referrals')
  @Operation({
    summary: 'Referrals and requests of authorities, newest first',
    callers: ['staff:legal', 'staff:senior_moderator', 'staff:auditor'],
    clauses: CLAUSES,
    page: ReferralItemDto,
  })
  list(@Query() query: ReferralQuery): Promise<Page<unknown>> {
    return this.referrals.list(query, query);
  }

  @Get('referrals/:id')
  @Operation({
    summary: 'A referral with its manifest and log',
    callers: ['staff:legal', 'staff:senior_moderator', 'staff:auditor'],
    clauses: CLAUSES,
    answer: ReferralDto,
    errors: [E.referral_not_found],
  })
  get(@IdParam('id') id: string): Promise<unknown> {
    return this.referrals.get(id);
  }

  @Post('referrals/:id/approval')
  @Operation({
    summary: 'The second person agrees or declines',
    callers: ['staff:legal', 'staff:senior_moderator'],
    clauses: CLAUSES,
    answer: ReferralDto,
    errors: [
      E.referral_not_found,
      E.not_awaiting_approval,
      E.second_person_required,
      RETENTION_ERRORS.legal_hold_released,
      RETENTION_ERRORS.lock_scheme_changed,
      RETENTION_ERRORS.unknown_policy,
      ...TASKED,
    ],
  })
  async approve(@IdParam('id') id: string, @Body() body: ApprovalDto, @Caller() caller: Caller): Promise<unknown> {
    await this.referrals.approve(id, body.approved, body.note, actorOf(caller));
    return this.referrals.get(id);
  }

  @Post('referrals/:id/follow-up')
  @Operation({
    summary: 'Say that an agreed referral was sent, propose a lapsed one again, or drop either for a reason',
    callers: ['staff:legal'],
    clauses: CLAUSES,
    answer: ReferralDto,
    idempotent: true,
    errors: [
      E.referral_not_found,
      RETENTION_ERRORS.legal_hold_released,
      RETENTION_ERRORS.lock_scheme_changed,
      RETENTION_ERRORS.unknown_policy,
      ...TASKED,
    ],
  })
  async followUp(
    @OnceKey() once: Once,
    @IdParam('id') id: string,
    @Body() body: ReferralFollowUpDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    await this.following.answer(once, id, body, actorOf(caller));
    return this.referrals.get(id);
  }

  @Post('referrals/:id/entries')
  @Operation({
    summary: 'Log what was sent, received or produced',
    callers: ['staff:legal'],
    clauses: CLAUSES,
    status: 201,
    answer: ReferralDto,
    idempotent: true,
    errors: [
      E.referral_not_found,
      RETENTION_ERRORS.legal_hold_released,
      RETENTION_ERRORS.lock_scheme_changed,
      RETENTION_ERRORS.unknown_policy,
      ...TASKED,
    ],
  })
  async log(
    @OnceKey() once: Once,
    @IdParam('id') id: string,
    @Body() body: ReferralEntryDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    await this.referrals.log(once, id, { ...body, close: body.close ?? false }, actorOf(caller));
    return this.referrals.get(id);
  }
}
