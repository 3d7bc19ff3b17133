import { Body, Controller, Delete, Get, Headers, Post } from '@nestjs/common';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';
import { type AccountCaller, Caller } from '../../platform/callers/caller.js';
import type { Once } from '../../platform/database/once.js';
import { localeOf } from '../../platform/http/locale.js';
import { OnceKey } from '../../platform/http/once.js';
import { IdParam, Operation } from '../../platform/http/operation.js';
import { PHONE_ERRORS, phoneOf } from '../../platform/phone/phone.errors.js';
import { VERIFICATION_ERRORS } from '../verification/verification.service.js';
import type { ChangeView } from './identifier-change-steps.js';
import { IdentifierChangesService } from './identifier-changes.service.js';
import { ObjectToChangeService } from './object-to-change.service.js';
import {
  ChangeDto,
  ChangeListDto,
  ObjectionLinkDto,
  ProveChangeDto,
  RequestChangeDto,
} from './identifier-changes.dto.js';
import { RECOVERY_ERRORS } from './recovery.errors.js';
import { ACCOUNT_ERRORS } from '../accounts/accounts.errors.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';

const CLAUSES = ['2.3(1)', 'REG-5'];

@Controller('v1')
export class IdentifierChangesController {
  constructor(
    private readonly changes: IdentifierChangesService,
    private readonly objecting: ObjectToChangeService,
  ) {}

  @Post('accounts/me/identifier-changes')
  @Operation({
    summary: 'Binds another number to my account',
    description: 'Needs a code to the present number first; then a code goes to the new one.',
    callers: ['account'],
    clauses: CLAUSES,
    status: 201,
    answer: ChangeDto,
    errors: [
      PHONE_ERRORS.phone_invalid,
      VERIFICATION_ERRORS.code_invalid,
      RECOVERY_ERRORS.identifier_change_pending,
      RECOVERY_ERRORS.identifier_unchanged,
      ACCOUNT_ERRORS.account_gone,
      ACCOUNT_ERRORS.not_in_this_state,
      VERIFICATION_ERRORS.code_limit_reached,
      LIFECYCLE_ERRORS.wrong_state,
      VERIFICATION_ERRORS.code_too_soon,
      VERIFICATION_ERRORS.code_attempts_exhausted,
    ],
    idempotent: true,
  })
  request(
    @Caller() caller: AccountCaller,
    @Body() body: RequestChangeDto,
    @Headers('accept-language') language: string | undefined,
    @OnceKey() once: Once,
  ): Promise<ChangeView> {
    const what = { phone: phoneOf(body.phone), code: body.code, locale: localeOf(language), address: caller.ip };
    return this.changes.request(once, caller.accountId, what);
  }

  @Get('accounts/me/identifier-changes')
  @Operation({ summary: 'Changes of my number', callers: ['account'], clauses: CLAUSES, answer: ChangeListDto })
  async list(@Caller() caller: AccountCaller): Promise<ChangeListDto> {
    return { items: await this.changes.list(caller.accountId), nextCursor: null };
  }

  @Post('accounts/me/identifier-changes/:id/verifications')
  @Operation({
    summary: 'Proves the new number',
    description: 'The old number is told; the change takes effect after a time in which it may object.',
    callers: ['account'],
    clauses: CLAUSES,
    answer: ChangeDto,
    errors: [
      RECOVERY_ERRORS.identifier_change_not_found,
      VERIFICATION_ERRORS.code_invalid,
      RECOVERY_ERRORS.identifier_refused,
      LIFECYCLE_ERRORS.wrong_state,
      ACCOUNT_ERRORS.account_gone,
      ACCOUNT_ERRORS.not_in_this_state,
    ],
    idempotent: true,
  })
  prove(
    @Caller() caller: AccountCaller,
    @IdParam('id') id: string,
    @Body() body: ProveChangeDto,
    @OnceKey() once: Once,
  ): Promise<ChangeView> {
    return this.changes.prove(once, caller.accountId, id, body.code);
  }

  @Delete('accounts/me/identifier-changes/:id')
  @Operation({
    summary: 'Withdraws my change',
    callers: ['account'],
    clauses: CLAUSES,
    answer: ChangeDto,
    errors: [
      RECOVERY_ERRORS.identifier_change_not_found,
      LIFECYCLE_ERRORS.wrong_state,
      ACCOUNT_ERRORS.account_gone,
      ACCOUNT_ERRORS.not_in_this_state,
    ],
  })
  withdraw(@Caller() caller: AccountCaller, @IdParam('id') id: string): Promise<ChangeView> {
    return this.changes.withdraw(caller.accountId, id);
  }

  @Post('accounts/me/identifier-changes/:id/objections')
  @Operation({
    summary: 'It was not me: stops a change of my number',
    description: 'Freezes the account when the change was asked for from a session of it.',
    callers: ['account'],
    clauses: ['2.4', 'REG-8', 'REG-9'],
    answer: ChangeDto,
    errors: [RECOVERY_ERRORS.identifier_change_not_found, LIFECYCLE_ERRORS.wrong_state, HTTP_ERRORS.stale_version],
  })
  object(@Caller() caller: AccountCaller, @IdParam('id') id: string): Promise<ChangeView> {
    return this.objecting.objectAsOwner(caller.accountId, id);
  }

  @Post('identifier-change-objections')
  @Operation({
    summary: 'It was not me: stops a change, with the token of the notice',
    callers: ['public'],
    clauses: ['2.4', 'REG-8', 'REG-9'],
    answer: ChangeDto,
    errors: [
      RECOVERY_ERRORS.objection_link_invalid,
      LIFECYCLE_ERRORS.wrong_state,
      RECOVERY_ERRORS.identifier_change_not_found,
      HTTP_ERRORS.stale_version,
    ],
  })
  objectByLink(@Body() body: ObjectionLinkDto): Promise<ChangeView> {
    return this.objecting.objectByLink(body.token);
  }
}
