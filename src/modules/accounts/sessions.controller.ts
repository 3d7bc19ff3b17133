import { Body, Controller, Delete, Get, Headers, Post } from '@nestjs/common';
import { type AccountCaller, Caller } from '../../platform/callers/caller.js';
import { addressGroup } from '../../platform/callers/client-address.js';
import type { Once } from '../../platform/database/once.js';
import { localeOf } from '../../platform/http/locale.js';
import { OnceKey } from '../../platform/http/once.js';
import { Operation } from '../../platform/http/operation.js';
import { LIMIT_ERRORS } from '../../platform/limits/limits.errors.js';
import { PHONE_ERRORS, phoneOf } from '../../platform/phone/phone.errors.js';
import { VERIFICATION_ERRORS } from '../verification/verification.service.js';
import { ACCOUNT_ERRORS } from './accounts.errors.js';
import { RefreshSessionService } from './refresh-session.service.js';
import {
  CodeSentDto,
  RefreshDto,
  SessionListDto,
  SessionsEndedDto,
  SessionTokensDto,
  SignedInDto,
  SignInCodeDto,
  SignInDto,
} from './sessions.dto.js';
import { type ClientInfo, SessionsService } from './sessions.service.js';
import { SignInService } from './sign-in.service.js';

const SEND_ERRORS = [
  PHONE_ERRORS.phone_invalid,
  VERIFICATION_ERRORS.code_too_soon,
  VERIFICATION_ERRORS.code_limit_reached,
  VERIFICATION_ERRORS.code_attempts_exhausted,
  LIMIT_ERRORS.too_many_requests,
];

@Controller('v1/sessions')
export class SessionsController {
  constructor(
    private readonly signIns: SignInService,
    private readonly refreshes: RefreshSessionService,
    private readonly sessions: SessionsService,
  ) {}

  @Post('codes')
  @Operation({
    summary: 'Asks for a code to sign in with',
    description: 'The answer is the same, and takes as long, whether or not the number has an account.',
    callers: ['public'],
    clauses: ['2.2', '2.4'],
    status: 202,
    answer: CodeSentDto,
    errors: SEND_ERRORS,
    idempotent: true,
  })
  sendCode(
    @Body() body: SignInCodeDto,
    @Caller() caller: Caller,
    @Headers('user-agent') userAgent: string | undefined,
    @Headers('accept-language') language: string | undefined,
    @OnceKey() once: Once,
  ): Promise<CodeSentDto> {
    const who = { phone: phoneOf(body.phone), deviceToken: body.deviceToken };
    return this.signIns.sendCode(once, who, clientOf(caller, userAgent), localeOf(language));
  }

  @Post()
  @Operation({
    summary: 'Signs in with number and code',
    description:
      'A suspended, frozen or closed account can be signed in to: to see why, to appeal, to leave. `mayUse` says whether ' +
      'the product may be used.',
    callers: ['public'],
    clauses: ['2.2', '2.4'],
    status: 201,
    answer: SignedInDto,
    errors: [PHONE_ERRORS.phone_invalid, VERIFICATION_ERRORS.code_invalid, LIMIT_ERRORS.too_many_requests],
    idempotent: true,
  })
  signIn(
    @Body() body: SignInDto,
    @Caller() caller: Caller,
    @Headers('user-agent') userAgent: string | undefined,
    @OnceKey() once: Once,
  ): Promise<SignedInDto> {
    const who = { phone: phoneOf(body.phone), deviceToken: body.deviceToken };
    return this.signIns.signIn(once, who, body.code, clientOf(caller, userAgent));
  }

  @Post('refresh')
  @Operation({
    summary: 'Exchanges a refresh token for the next pair of tokens',
    description:
      'A refresh token works once; one that comes back ends its session. Send an `Idempotency-Key` to be able to repeat ' +
      'the request after a lost answer.',
    callers: ['public'],
    clauses: ['2.4'],
    status: 201,
    answer: SessionTokensDto,
    errors: [ACCOUNT_ERRORS.session_ended],
    idempotent: true,
  })
  refresh(@Body() body: RefreshDto, @OnceKey() once: Once): Promise<SessionTokensDto> {
    return this.refreshes.refresh(once, body.refreshToken);
  }

  @Get()
  @Operation({
    summary: 'The live sessions of the account',
    callers: ['account'],
    clauses: ['2.4', 'REG-9'],
    answer: SessionListDto,
  })
  async list(@Caller() caller: AccountCaller): Promise<SessionListDto> {
    const live = await this.sessions.list(caller.accountId);
    const items = live.map((s) => ({
      ...s,
      current: s.id === caller.sessionId,
      createdAt: s.createdAt.toISOString(),
      lastUsedAt: s.lastUsedAt.toISOString(),
      expiresAt: s.expiresAt.toISOString(),
    }));
    return { items, nextCursor: null };
  }

  @Delete('current')
  @Operation({
    summary: 'Signs out here',
    callers: ['account'],
    clauses: ['2.4'],
    status: 204,
    idempotent: true,
    endsSession: true,
  })
  async signOut(@Caller() caller: AccountCaller, @OnceKey() once: Once): Promise<void> {
    await this.sessions.signOut(once, caller.accountId, caller.sessionId);
  }

  @Delete()
  @Operation({
    summary: 'Signs out everywhere, here included',
    callers: ['account'],
    clauses: ['2.4', 'REG-9'],
    answer: SessionsEndedDto,
    idempotent: true,
    endsSession: true,
  })
  signOutEverywhere(@Caller() caller: AccountCaller, @OnceKey() once: Once): Promise<SessionsEndedDto> {
    return this.sessions.signOutEverywhere(once, caller.accountId);
  }
}

/** What is kept of where a request came from, bounded. */
export const clientOf = (caller: Caller, userAgent: string | undefined): ClientInfo => ({
  ip: addressGroup(caller.ip),
  ...(userAgent === undefined ? {} : { userAgent: userAgent.slice(0, 400) }),
});
