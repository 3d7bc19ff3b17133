import { Body, Controller, Get, Headers, Param, Post } from '@nestjs/common';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';
import { Caller } from '../../platform/callers/caller.js';
import type { Once } from '../../platform/database/once.js';
import { OnceKey } from '../../platform/http/once.js';
import { IdParam, Operation } from '../../platform/http/operation.js';
import { PHONE_ERRORS, phoneOf } from '../../platform/phone/phone.errors.js';
import { ACCOUNT_ERRORS } from '../accounts/accounts.errors.js';
import { GUARDIANSHIP_ERRORS } from '../guardianship/guardianship.errors.js';
import { VERIFICATION_ERRORS } from '../verification/verification.errors.js';
import { GuardianNumberService, type StepOrigin } from './guardian-number.service.js';
import type { ChangeView } from './identifier-change-steps.js';
import { ChangeDto, ChangeListDto, ProveChangeDto, RequestGuardianNumberDto } from './identifier-changes.dto.js';
import { RECOVERY_ERRORS } from './recovery.errors.js';

const CLAUSES = ['2.1', '2.3(1)', 'MIN-4', 'REG-5'];
const LINK = [GUARDIANSHIP_ERRORS.guardian_link_invalid, GUARDIANSHIP_ERRORS.guardian_link_expired];
const CODED = [...LINK, VERIFICATION_ERRORS.code_invalid, LIFECYCLE_ERRORS.wrong_state, ACCOUNT_ERRORS.account_gone];

/** A new number of a guardian, behind the link to the present one. */
@Controller('v1/guardian-consents/:token/number-changes')
export class GuardianNumberController {
  constructor(private readonly numbers: GuardianNumberService) {}

  @Post()
  @Operation({
    summary: 'Moves my guardianship to another number of mine',
    description: 'Needs a code to the present number first; then a code goes to the new one.',
    callers: ['guardian'],
    clauses: CLAUSES,
    status: 201,
    answer: ChangeDto,
    idempotent: true,
    errors: [
      ...CODED,
      PHONE_ERRORS.phone_invalid,
      RECOVERY_ERRORS.identifier_unchanged,
      RECOVERY_ERRORS.identifier_change_pending,
      VERIFICATION_ERRORS.code_too_soon,
      VERIFICATION_ERRORS.code_limit_reached,
      VERIFICATION_ERRORS.code_attempts_exhausted,
    ],
  })
  request(
    @Param('token') token: string,
    @Body() { phone, code }: RequestGuardianNumberDto,
    @Caller() caller: Caller,
    @Headers('user-agent') userAgent: string | undefined,
    @OnceKey() once: Once,
  ): Promise<ChangeView> {
    return this.numbers.request(once, token, { phone: phoneOf(phone), code, ...originOf(caller, userAgent) });
  }

  @Get()
  @Operation({
    summary: 'Changes of my number as a guardian',
    callers: ['guardian'],
    clauses: CLAUSES,
    answer: ChangeListDto,
    errors: LINK,
  })
  async list(@Param('token') token: string): Promise<ChangeListDto> {
    return { items: await this.numbers.list(token), nextCursor: null };
  }

  @Post(':id/verifications')
  @Operation({
    summary: 'Proves the new number',
    description:
      'The old number and the minor are told; it takes effect after a time in which the old number may object.',
    callers: ['guardian'],
    clauses: CLAUSES,
    answer: ChangeDto,
    idempotent: true,
    errors: [...CODED, RECOVERY_ERRORS.identifier_change_not_found, GUARDIANSHIP_ERRORS.guardian_not_acceptable],
  })
  prove(
    @Param('token') token: string,
    @IdParam('id') id: string,
    @Body() { code }: ProveChangeDto,
    @Caller() caller: Caller,
    @Headers('user-agent') userAgent: string | undefined,
    @OnceKey() once: Once,
  ): Promise<ChangeView> {
    return this.numbers.prove(once, token, id, { code, ...originOf(caller, userAgent) });
  }
}

const originOf = (caller: Caller, userAgent: string | undefined): StepOrigin => ({
  ip: caller.ip,
  userAgent: (userAgent ?? '').slice(0, 500),
});
