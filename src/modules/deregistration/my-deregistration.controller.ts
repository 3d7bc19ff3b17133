import { Body, Controller, Delete, Get, Headers, Post } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { type AccountCaller, actorOf, Caller } from '../../platform/callers/caller.js';
import type { Once } from '../../platform/database/once.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { localeOf } from '../../platform/http/locale.js';
import { OnceKey } from '../../platform/http/once.js';
import { Operation } from '../../platform/http/operation.js';
import { ApplyDeregistrationService } from './apply-deregistration.service.js';
import { DeregistrationConfig } from './deregistration.config.js';
import { AppliedDto, ApplyDto, LeaveCodeSentDto, PreviewDto, StatusDto } from './my-deregistration.dto.js';
import { DEREGISTRATION_ERRORS as ERRORS } from './deregistration.errors.js';
import { DeregistrationService } from './deregistration.service.js';
import { previewView, statusView } from './deregistration.views.js';
import { VERIFICATION_ERRORS } from '../verification/verification.errors.js';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';

/** A person leaves (2.5): preview, code, application, status, withdrawal, and a copy of what there is. */
@Controller('v1/accounts/me/deregistration')
export class MyDeregistrationController {
  constructor(
    private readonly applications: ApplyDeregistrationService,
    private readonly requests: DeregistrationService,
    private readonly config: DeregistrationConfig,
    private readonly clock: Clock,
  ) {}

  @Get('preview')
  @Operation({
    summary: 'What would be erased, what is kept and why, and what stands in the way',
    callers: ['account'],
    clauses: ['DER-1', 'DER-4', '2.5'],
    answer: PreviewDto,
  })
  async preview(@Caller() caller: Caller): Promise<PreviewDto> {
    return previewView(await this.applications.preview(accountOf(caller).accountId), this.config);
  }

  @Post('codes')
  @Operation({
    summary: 'Send a fresh one-time code for the application to your own number',
    callers: ['account'],
    clauses: ['DER-1', '2.5'],
    status: 202,
    answer: LeaveCodeSentDto,
    errors: [
      ERRORS.account_cannot_leave,
      VERIFICATION_ERRORS.code_limit_reached,
      VERIFICATION_ERRORS.code_too_soon,
      VERIFICATION_ERRORS.code_attempts_exhausted,
    ],
  })
  async code(@Caller() caller: Caller, @Headers('accept-language') language?: string): Promise<LeaveCodeSentDto> {
    const sent = await this.applications.sendCode(accountOf(caller).accountId, localeOf(language));
    return { expiresAt: sent.expiresAt.toISOString(), resendAfterSeconds: sent.resendAfterSeconds };
  }

  @Post()
  @Operation({
    summary: 'Apply for deregistration; every other session ends at once',
    callers: ['account'],
    clauses: ['DER-1', 'DER-2', '2.5'],
    status: 201,
    answer: AppliedDto,
    idempotent: true,
    errors: [
      ERRORS.deregistration_open,
      ERRORS.deregistration_obstructed,
      ERRORS.told_text_changed,
      VERIFICATION_ERRORS.code_invalid,
      LIFECYCLE_ERRORS.wrong_state,
      HTTP_ERRORS.stale_version,
    ],
  })
  async apply(@Caller() caller: Caller, @OnceKey() once: Once, @Body() body: ApplyDto): Promise<AppliedDto> {
    const { accountId, sessionId } = accountOf(caller);
    const applied = await this.applications.apply(once, body.code, {
      accountId,
      sessionId,
      actor: actorOf(caller),
      reason: body.reason ?? null,
      agreed: body.agreed ?? [],
    });
    return { ...applied, state: 'cooling_off' };
  }

  @Get()
  @Operation({
    summary: 'How your application stands',
    callers: ['account'],
    clauses: ['DER-2', '2.5'],
    answer: StatusDto,
    errors: [ERRORS.no_application],
  })
  async status(@Caller() caller: Caller): Promise<StatusDto> {
    const found = await this.applications.current(accountOf(caller).accountId);
    if (found === undefined) throw new DomainError(ERRORS.no_application);
    return statusView(found, this.config.finalNoticeLead, this.clock.now());
  }

  @Delete()
  @Operation({
    summary: 'Withdraw; the account is exactly as it was before, sanctions included',
    callers: ['account'],
    clauses: ['DER-2', '2.5'],
    status: 204,
    errors: [ERRORS.no_application, ERRORS.point_of_no_return, HTTP_ERRORS.stale_version, LIFECYCLE_ERRORS.wrong_state],
  })
  async withdraw(@Caller() caller: Caller): Promise<void> {
    await this.applications.withdraw(accountOf(caller).accountId, actorOf(caller));
  }

  @Get('data')
  @Operation({
    summary: 'Everything stored about you, as JSON, until execution begins',
    callers: ['account'],
    clauses: ['DER-1', '2.5'],
    raw: { mediaType: 'application/json', description: 'By record class and table.' },
    errors: [ERRORS.point_of_no_return],
  })
  data(@Caller() caller: Caller): Promise<Readonly<Record<string, unknown>>> {
    return this.requests.download(accountOf(caller).accountId);
  }
}

function accountOf(caller: Caller): AccountCaller {
  if (caller.kind !== 'account') throw new DomainError(HTTP_ERRORS.not_found);
  return caller;
}
