import { Body, Controller, Get, Headers, Param, Post, Put } from '@nestjs/common';
import { Caller } from '../../platform/callers/caller.js';
import type { Once } from '../../platform/database/once.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { OnceKey } from '../../platform/http/once.js';
import { Operation } from '../../platform/http/operation.js';
import { LIMIT_ERRORS } from '../../platform/limits/limits.errors.js';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';
import { VERIFICATION_ERRORS } from '../verification/verification.errors.js';
import { RECONSENT_ERRORS } from '../reconsent/reconsent.errors.js';
import { AcceptForWardService } from './accept-for-ward.service.js';
import {
  AcceptForWardDto,
  GuardianCodeSentDto,
  GuardianCodeDto,
  GuardianDecisionDto,
  GuardianPageDto,
  SetLimitsDto,
  WardLeavingAppliedDto,
} from './guardianship.dto.js';
import { GUARDIANSHIP_ERRORS as E } from './guardianship.errors.js';
import type { GuardianOrigin } from './consent-link.service.js';
import { DecideConsentService } from './decide-consent.service.js';
import { GuardWardService } from './guard-ward.service.js';
import { guardianPageDto, leavingDto } from './guardian-page.presenter.js';
import { GuardianPageService } from './guardian-page.service.js';
import { RenewLinkService } from './renew-link.service.js';
import { WardFacts } from './ward-facts.service.js';
import type { UsageLimits } from './domain/usage-limits.js';
import { ACCOUNT_ERRORS } from '../accounts/accounts.errors.js';
import { AGREEMENT_ERRORS } from '../agreements/agreements.errors.js';

const LINK = [E.guardian_link_invalid, E.guardian_link_expired];
const CODED = [
  ...LINK,
  VERIFICATION_ERRORS.code_invalid,
  LIFECYCLE_ERRORS.wrong_state,
  HTTP_ERRORS.stale_version,
  ACCOUNT_ERRORS.account_gone,
];
const CLAUSES = ['2.1', 'MIN-4'];

/** The page behind the signed link: no account needed, refusing as easy as consenting. */
@Controller('v1/guardian-consents/:token')
export class GuardianPageController {
  constructor(
    private readonly page: GuardianPageService,
    private readonly renewing: RenewLinkService,
    private readonly deciding: DecideConsentService,
    private readonly guarding: GuardWardService,
    private readonly accepting: AcceptForWardService,
    private readonly wards: WardFacts,
  ) {}

  @Get()
  @Operation({
    summary: 'What a guardian is asked, or has decided',
    callers: ['guardian'],
    clauses: CLAUSES,
    answer: GuardianPageDto,
    errors: LINK,
  })
  async read(@Param('token') token: string): Promise<GuardianPageDto> {
    return this.presentOf(token);
  }

  @Post('codes')
  @Operation({
    summary: "Send a one-time code to the guardian's number",
    callers: ['guardian'],
    clauses: CLAUSES,
    status: 202,
    answer: GuardianCodeSentDto,
    errors: [
      ...LINK,
      VERIFICATION_ERRORS.code_too_soon,
      VERIFICATION_ERRORS.code_limit_reached,
      VERIFICATION_ERRORS.code_attempts_exhausted,
    ],
  })
  async sendCode(@Param('token') token: string, @Caller() caller: Caller): Promise<GuardianCodeSentDto> {
    const { expiresAt, resendAfterSeconds } = await this.page.sendCode(token, caller.ip);
    return { expiresAt: expiresAt.toISOString(), resendAfterSeconds };
  }

  @Post('link')
  @Operation({
    summary: 'Send a fresh link to the same number',
    description:
      'Works with an expired or superseded link too; the new one goes to the guardian, never into the answer.',
    callers: ['guardian'],
    clauses: CLAUSES,
    status: 202,
    errors: [
      E.guardian_link_invalid,
      E.guardian_links_exhausted,
      LIMIT_ERRORS.too_many_requests,
      E.guardian_consent_pending,
    ],
  })
  async renew(@Param('token') token: string): Promise<void> {
    await this.renewing.renew(token);
  }

  @Post('decision')
  @Operation({
    summary: "Consent to the minor's use, or refuse",
    callers: ['guardian'],
    clauses: ['2.1', 'MIN-1', 'MIN-2', 'AGR-2'],
    answer: GuardianPageDto,
    errors: [
      ...CODED,
      E.guardian_code_required,
      E.guardian_not_acceptable,
      E.ward_not_open,
      AGREEMENT_ERRORS.agreements_not_accepted,
    ],
  })
  async decide(
    @Param('token') token: string,
    @Body() body: GuardianDecisionDto,
    @Caller() caller: Caller,
    @Headers('user-agent') userAgent: string | undefined,
  ): Promise<GuardianPageDto> {
    await this.deciding.decide(token, { ...body, ...originOf(caller, userAgent) });
    return this.presentOf(token);
  }

  @Post('revocation')
  @Operation({
    summary: 'Take consent back',
    callers: ['guardian'],
    clauses: ['2.1', 'MIN-2', 'MIN-4'],
    answer: GuardianPageDto,
    errors: CODED,
  })
  async revoke(
    @Param('token') token: string,
    @Body() { code }: GuardianCodeDto,
    @Caller() caller: Caller,
    @Headers('user-agent') userAgent: string | undefined,
  ): Promise<GuardianPageDto> {
    await this.guarding.revoke(token, { code, ...originOf(caller, userAgent) });
    return this.presentOf(token);
  }

  @Post('acceptances')
  @Operation({
    summary: 'Accept a revision of the agreements for the minor',
    description: 'Not to accept is to leave it; to refuse is to take consent back.',
    callers: ['guardian'],
    clauses: ['2.1', '9.1', 'AGR-2', 'AGR-4', 'MIN-1', 'MIN-4'],
    answer: GuardianPageDto,
    errors: [...CODED, RECONSENT_ERRORS.version_not_acceptable, RECONSENT_ERRORS.leaving_account],
  })
  async accept(
    @Param('token') token: string,
    @Body() { code, acceptances }: AcceptForWardDto,
    @Caller() caller: Caller,
    @Headers('user-agent') userAgent: string | undefined,
  ): Promise<GuardianPageDto> {
    await this.accepting.accept(token, { code, acceptances, ...originOf(caller, userAgent) });
    return this.presentOf(token);
  }

  @Put('limits')
  @Operation({
    summary: 'Limit minutes a day and quiet hours',
    callers: ['guardian'],
    clauses: ['2.1', 'MIN-3'],
    answer: GuardianPageDto,
    errors: CODED,
  })
  async limit(
    @Param('token') token: string,
    @Body() { code, minutesPerDay, quietHours }: SetLimitsDto,
    @Caller() caller: Caller,
    @Headers('user-agent') userAgent: string | undefined,
  ): Promise<GuardianPageDto> {
    const limits: UsageLimits = {
      ...(minutesPerDay === null ? {} : { minutesPerDay }),
      ...(quietHours === null ? {} : { quietHours }),
    };
    await this.guarding.setLimits(token, limits, { code, ...originOf(caller, userAgent) });
    return this.presentOf(token);
  }

  @Post('deregistration')
  @Operation({
    summary: "Apply for the minor's deregistration",
    callers: ['guardian'],
    clauses: ['2.5', 'MIN-4', 'DER-1'],
    description: 'Answers by when it has to be done, and with what it is followed without signing in.',
    status: 202,
    answer: WardLeavingAppliedDto,
    errors: [...CODED, E.ward_leaving_already, E.ward_leaving_obstructed],
    idempotent: true,
  })
  async deregister(
    @OnceKey() once: Once,
    @Param('token') token: string,
    @Body() { code }: GuardianCodeDto,
    @Caller() caller: Caller,
    @Headers('user-agent') userAgent: string | undefined,
  ): Promise<WardLeavingAppliedDto> {
    const applied = await this.guarding.applyForDeregistration(once, token, { code, ...originOf(caller, userAgent) });
    return { ...leavingDto(applied), accessToken: applied.accessToken };
  }

  @Post('deregistration/withdrawal')
  @Operation({
    summary: 'Take back what was asked: the account is not closed',
    callers: ['guardian'],
    clauses: ['2.5', 'MIN-4', 'DER-2'],
    answer: GuardianPageDto,
    errors: [...CODED, E.ward_leaving_settled],
  })
  async keep(
    @Param('token') token: string,
    @Body() { code }: GuardianCodeDto,
    @Caller() caller: Caller,
    @Headers('user-agent') userAgent: string | undefined,
  ): Promise<GuardianPageDto> {
    await this.guarding.withdrawDeregistration(token, { code, ...originOf(caller, userAgent) });
    return this.presentOf(token);
  }

  private async presentOf(token: string): Promise<GuardianPageDto> {
    const opened = await this.page.open(token);
    return guardianPageDto(opened, await this.wards.of(opened.consent));
  }
}

const originOf = (caller: Caller, userAgent: string | undefined): GuardianOrigin => ({
  ip: caller.ip,
  userAgent: (userAgent ?? '').slice(0, 500),
});
