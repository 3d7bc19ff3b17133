import { Body, Controller, Get, Headers, Post } from '@nestjs/common';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';
import { Caller } from '../../platform/callers/caller.js';
import type { Once } from '../../platform/database/once.js';
import { localeOf } from '../../platform/http/locale.js';
import { OnceKey } from '../../platform/http/once.js';
import { IdParam, Operation } from '../../platform/http/operation.js';
import { LIMIT_ERRORS } from '../../platform/limits/limits.errors.js';
import { ACCOUNT_ERRORS } from '../accounts/accounts.errors.js';
import { REGISTRATION_ERRORS } from '../registration/registration.errors.js';
import { VERIFICATION_ERRORS } from '../verification/verification.service.js';
import { FinishFlowService, type FlowFinished } from './finish-flow.service.js';
import { ThirdPartyProviders } from './providers.service.js';
import { SolveChallengeService } from './solve-challenge.service.js';
import { type FlowStarted, StartFlowService } from './start-flow.service.js';
import {
  ExchangeFlow,
  FlowFinishedAnswer,
  FlowStartedAnswer,
  ProvidersAnswer,
  SolveChallenge,
  StartFlow,
} from './third-party.dto.js';
import { THIRD_PARTY_ERRORS } from './third-party.errors.js';
import { PHONE_ERRORS } from '../../platform/phone/phone.errors.js';
import { AGREEMENT_ERRORS } from '../agreements/agreements.errors.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';

@Controller('v1')
export class ThirdPartyFlowsController {
  constructor(
    private readonly providers: ThirdPartyProviders,
    private readonly starting: StartFlowService,
    private readonly solving: SolveChallengeService,
    private readonly finishing: FinishFlowService,
  ) {}

  @Get('third-party-providers')
  @Operation({
    summary: 'The third-party accounts that can be used here',
    callers: ['public'],
    clauses: ['REG-2', '2.2'],
    answer: ProvidersAnswer,
  })
  list(): ProvidersAnswer {
    return {
      items: this.providers
        .offered()
        .map(({ id, kind, title, purposes }) => ({ id, kind, title, purposes: [...purposes] })),
    };
  }

  @Post('third-party-flows')
  @Operation({
    summary: 'Begins to register, sign in, link or prove oneself with a third-party account',
    description:
      'For `register` the same form as with a number goes along and is judged by the same rules. Nothing happens before the ' +
      'exchange at the end, which needs the secret of this answer and the code that the browser brings back.',
    callers: ['public', 'account'],
    clauses: ['REG-2', 'REG-5', 'REG-6', 'MIN-1', 'AGR-4', '2.1', '2.2', '2.3(1)'],
    status: 201,
    answer: FlowStartedAnswer,
    errors: [
      THIRD_PARTY_ERRORS.provider_not_found,
      THIRD_PARTY_ERRORS.provider_disabled,
      THIRD_PARTY_ERRORS.registration_facts_required,
      THIRD_PARTY_ERRORS.return_url_invalid,
      THIRD_PARTY_ERRORS.step_up_required,
      THIRD_PARTY_ERRORS.step_up_by_phone,
      REGISTRATION_ERRORS.registration_refused,
      REGISTRATION_ERRORS.registration_limited,
      REGISTRATION_ERRORS.birth_date_invalid,
      REGISTRATION_ERRORS.name_unusable,
      REGISTRATION_ERRORS.guardian_required,
      VERIFICATION_ERRORS.code_invalid,
      ACCOUNT_ERRORS.not_in_this_state,
      LIMIT_ERRORS.too_many_requests,
      ACCOUNT_ERRORS.account_gone,
      PHONE_ERRORS.phone_invalid,
      REGISTRATION_ERRORS.guardian_invalid,
      AGREEMENT_ERRORS.agreements_not_accepted,
    ],
    idempotent: true,
  })
  start(
    @Body() body: StartFlow,
    @OnceKey() once: Once,
    @Caller() caller: Caller,
    @Headers('user-agent') userAgent: string | undefined,
    @Headers('accept-language') language: string | undefined,
  ): Promise<FlowStarted> {
    return this.starting.start(once, body, { caller, userAgent: userAgent ?? '', locale: localeOf(language) });
  }

  @Post('third-party-flows/:id/challenge-responses')
  @Operation({
    summary: 'Answers the challenge that a registration was asked for',
    callers: ['public'],
    clauses: ['REG-6', '2.3(3)'],
    status: 204,
    errors: [
      THIRD_PARTY_ERRORS.flow_not_found,
      REGISTRATION_ERRORS.challenge_failed,
      REGISTRATION_ERRORS.registration_not_found,
      REGISTRATION_ERRORS.registration_expired,
    ],
  })
  solve(@IdParam('id') id: string, @Body() body: SolveChallenge, @Caller() caller: Caller): Promise<void> {
    return this.solving.solve(id, { secret: body.secret, response: body.challengeResponse, ip: caller.ip });
  }

  @Post('third-party-flows/:id/tokens')
  @Operation({
    summary: 'Exchanges what came back from the provider for what the flow was for',
    description:
      '`register`: as POST /v1/registrations/{id}/verifications. `sign_in`: tokens. `link`: the link, told to the number of ' +
      'the account; it signs in after a cooling period. `step_up`: a code in hand, for an account without a number. Where the ' +
      'rules ask for a challenge only now, `challenge_required` carries it: answer it at `challenge-responses`, then exchange again.',
    callers: ['public', 'account'],
    clauses: ['REG-2', 'REG-5', 'REG-7', 'MIN-1', 'AGR-2', '2.1', '2.2', '2.3(1)', '7.1'],
    answer: FlowFinishedAnswer,
    errors: [
      THIRD_PARTY_ERRORS.flow_not_found,
      THIRD_PARTY_ERRORS.flow_expired,
      THIRD_PARTY_ERRORS.provider_disabled,
      THIRD_PARTY_ERRORS.account_not_linked,
      THIRD_PARTY_ERRORS.link_cooling,
      THIRD_PARTY_ERRORS.link_barred,
      THIRD_PARTY_ERRORS.already_linked,
      THIRD_PARTY_ERRORS.other_third_party_account,
      REGISTRATION_ERRORS.challenge_required,
      ACCOUNT_ERRORS.identifier_taken,
      ACCOUNT_ERRORS.not_in_this_state,
      LIFECYCLE_ERRORS.wrong_state,
      THIRD_PARTY_ERRORS.provider_not_found,
      THIRD_PARTY_ERRORS.step_up_by_phone,
      REGISTRATION_ERRORS.registration_not_found,
      REGISTRATION_ERRORS.registration_expired,
      HTTP_ERRORS.stale_version,
      ACCOUNT_ERRORS.account_gone,
      VERIFICATION_ERRORS.code_too_soon,
      VERIFICATION_ERRORS.code_attempts_exhausted,
      VERIFICATION_ERRORS.code_limit_reached,
      AGREEMENT_ERRORS.agreements_not_accepted,
    ],
    idempotent: true,
  })
  exchange(
    @IdParam('id') id: string,
    @Body() body: ExchangeFlow,
    @OnceKey() once: Once,
    @Caller() caller: Caller,
    @Headers('user-agent') userAgent: string | undefined,
  ): Promise<FlowFinished> {
    const client = { ip: caller.ip, ...(userAgent === undefined ? {} : { userAgent: userAgent.slice(0, 400) }) };
    return this.finishing.finish(once, id, body, { caller, client });
  }
}
