import { Body, Controller, Get, Headers, Post } from '@nestjs/common';
import { actorOf, Caller } from '../../platform/callers/caller.js';
import type { Once } from '../../platform/database/once.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { localeOf } from '../../platform/http/locale.js';
import { OnceKey } from '../../platform/http/once.js';
import { IdParam, IfMatch, Operation } from '../../platform/http/operation.js';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';
import { PHONE_ERRORS } from '../../platform/phone/phone.errors.js';
import { AGREEMENT_ERRORS } from '../agreements/agreements.errors.js';
import { VERIFICATION_ERRORS } from '../verification/verification.errors.js';
import { REVIEW_ERRORS } from '../review/review.errors.js';
import { DecideRegistrationService } from './decide-registration.service.js';
import type { Proven } from './conclude-registration.service.js';
import { ProveNumberService } from './prove-number.service.js';
import {
  CodeSentAnswer,
  ProvenAnswer,
  ProveNumber,
  RegistrationAnswer,
  RequestCode,
  StartedAnswer,
  StartRegistration,
} from './registration.dto.js';
import { DecideRegistration, HeldRegistration } from './registration-review.dto.js';
import { REGISTRATION_ERRORS } from './registration.errors.js';
import { type RegistrationForReview, RegistrationService, type RegistrationTold } from './registration.service.js';
import { type CodeSent, SendRegistrationCodeService } from './send-registration-code.service.js';
import { type Started, StartRegistrationService } from './start-registration.service.js';
import { ACCOUNT_ERRORS } from '../accounts/accounts.errors.js';

@Controller('v1/registrations')
export class RegistrationController {
  constructor(
    private readonly starting: StartRegistrationService,
    private readonly sending: SendRegistrationCodeService,
    private readonly proving: ProveNumberService,
    private readonly deciding: DecideRegistrationService,
    private readonly registrations: RegistrationService,
  ) {}

  @Post()
  @Operation({
    summary: 'Begin to register with a phone number',
    description:
      'Checks what was filled in and the rules on malicious registration; sends nothing unless `sendCode` says so. The answer is the same for a ' +
      'number with and without an account. Where `challenge` is in the answer, its solution goes with the request for the code.',
    callers: ['public'],
    clauses: ['REG-1', 'REG-3', 'REG-5', 'REG-6', 'MIN-1', 'AGR-4', '2.1', '2.2', '2.3'],
    status: 201,
    answer: StartedAnswer,
    errors: [
      REGISTRATION_ERRORS.registration_refused,
      REGISTRATION_ERRORS.registration_limited,
      PHONE_ERRORS.phone_invalid,
      AGREEMENT_ERRORS.agreements_not_accepted,
      REGISTRATION_ERRORS.birth_date_invalid,
      REGISTRATION_ERRORS.name_unusable,
      REGISTRATION_ERRORS.guardian_required,
      REGISTRATION_ERRORS.guardian_invalid,
      VERIFICATION_ERRORS.code_too_soon,
      VERIFICATION_ERRORS.code_limit_reached,
      LIFECYCLE_ERRORS.wrong_state,
      VERIFICATION_ERRORS.code_attempts_exhausted,
    ],
    idempotent: true,
  })
  start(
    @Body() body: StartRegistration,
    @OnceKey({ keptIsAnswer: true }) once: Once,
    @Caller() caller: Caller,
    @Headers('user-agent') userAgent: string | undefined,
    @Headers('accept-language') language: string | undefined,
  ): Promise<Started> {
    return this.starting.start(once, body, { ip: caller.ip, userAgent: userAgent ?? '', locale: localeOf(language) });
  }

  @Post(':id/codes')
  @Operation({
    summary: 'Send the one-time code, or another one',
    description:
      'Five tries in all, however often a code is sent. The holder of a number with an account is told so in the message.',
    callers: ['public'],
    clauses: ['REG-1', '2.2'],
    status: 202,
    answer: CodeSentAnswer,
    errors: [
      REGISTRATION_ERRORS.registration_not_found,
      REGISTRATION_ERRORS.registration_expired,
      REGISTRATION_ERRORS.challenge_required,
      REGISTRATION_ERRORS.challenge_failed,
      LIFECYCLE_ERRORS.wrong_state,
      VERIFICATION_ERRORS.code_too_soon,
      VERIFICATION_ERRORS.code_limit_reached,
      VERIFICATION_ERRORS.code_attempts_exhausted,
    ],
    idempotent: true,
  })
  sendCode(
    @IdParam('id') id: string,
    @Body() body: RequestCode,
    @OnceKey() once: Once,
    @Caller() caller: Caller,
  ): Promise<CodeSent> {
    const { challengeResponse } = body;
    return this.sending.send(once, id, {
      ip: caller.ip,
      ...(challengeResponse === undefined ? {} : { challengeResponse }),
    });
  }

  @Post(':id/verifications')
  @Operation({
    summary: 'Prove the number with the code; what follows is told here and nowhere else',
    description:
      '`completed`: account and tokens. `awaiting_guardian`: the account opens when the guardian consents. `in_review`: a ' +
      'moderator looks at it. `refused`: why, on which clause, and what can be done.',
    callers: ['public'],
    clauses: ['REG-1', 'REG-6', 'REG-7', 'MIN-1', 'AGR-2', '2.1', '2.2', '2.3', '7.1'],
    answer: ProvenAnswer,
    errors: [
      REGISTRATION_ERRORS.registration_not_found,
      REGISTRATION_ERRORS.registration_expired,
      VERIFICATION_ERRORS.code_invalid,
      LIFECYCLE_ERRORS.wrong_state,
      HTTP_ERRORS.stale_version,
      AGREEMENT_ERRORS.agreements_not_accepted,
      ACCOUNT_ERRORS.identifier_taken,
    ],
    idempotent: true,
  })
  prove(
    @IdParam('id') id: string,
    @Body() body: ProveNumber,
    @OnceKey() once: Once,
    @Caller() caller: Caller,
    @Headers('user-agent') userAgent: string | undefined,
  ): Promise<Proven> {
    return this.proving.prove(once, id, body.code, { ip: caller.ip, userAgent: userAgent ?? '' });
  }

  @Get(':id')
  @Operation({
    summary: 'How a registration stands, for whoever holds its id',
    callers: ['public'],
    clauses: ['REG-1', '2.2'],
    answer: RegistrationAnswer,
    errors: [REGISTRATION_ERRORS.registration_not_found],
  })
  tell(@IdParam('id') id: string): Promise<RegistrationTold> {
    return this.registrations.tell(id);
  }

  @Get(':id/review')
  @Operation({
    summary: 'A held registration with every rule that fired, what it saw, and the clause',
    callers: ['staff:moderator', 'staff:senior_moderator'],
    clauses: ['REG-3', 'REG-6', '2.3(3)'],
    answer: HeldRegistration,
    errors: [REGISTRATION_ERRORS.registration_not_found],
  })
  async forReview(@IdParam('id') id: string): Promise<HeldRegistration> {
    return heldOf(await this.registrations.forReview(id));
  }

  @Post(':id/decision')
  @Operation({
    summary: 'Decide a held registration, with a reason',
    callers: ['staff:moderator', 'staff:senior_moderator'],
    clauses: ['REG-3', 'REG-6', '2.2', '2.3(3)'],
    answer: HeldRegistration,
    errors: [
      REGISTRATION_ERRORS.registration_not_found,
      REVIEW_ERRORS.review_task_ended,
      REVIEW_ERRORS.review_claim_required,
      LIFECYCLE_ERRORS.wrong_state,
      REVIEW_ERRORS.conflict_of_interest,
      REVIEW_ERRORS.review_task_taken,
      REVIEW_ERRORS.review_task_not_found,
      AGREEMENT_ERRORS.agreements_not_accepted,
      ACCOUNT_ERRORS.identifier_taken,
    ],
    ifMatch: true,
  })
  async decide(
    @IdParam('id') id: string,
    @Body() body: DecideRegistration,
    @IfMatch() version: number,
    @Caller() caller: Caller,
  ): Promise<HeldRegistration> {
    await this.deciding.decide(id, version, body, actorOf(caller));
    return heldOf(await this.registrations.forReview(id));
  }
}

function heldOf({ registration, decisions, displayName }: RegistrationForReview): HeldRegistration {
  return {
    id: registration.id,
    version: registration.version,
    status: registration.state,
    startedAt: registration.startedAt.toISOString(),
    displayName,
    accountId: registration.accountId,
    refusal: registration.refusal,
    decisions: decisions.map((d) => ({
      stage: d.stage,
      at: d.at.toISOString(),
      outcome: d.outcome,
      policyVersion: d.policyVersion,
      policyDigest: d.policyDigest,
      facts: { ...d.facts },
      fired: d.fired.map((f) => ({
        rule: f.rule,
        clause: f.clause,
        outcome: f.outcome,
        condition: f.condition,
        observed: f.observed ?? null,
        limit: f.limit ?? null,
        window: f.window ?? null,
      })),
    })),
  };
}
