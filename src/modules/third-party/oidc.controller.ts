import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDomainError } from '../../kernel/domain-error.js';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';
import { publicUrlOf } from '../../platform/config/public-url.js';
import { RuntimeConfig } from '../../platform/config/runtime.config.js';
import { Operation } from '../../platform/http/operation.js';
import { readBinding } from './flow-secrets.js';
import { PassProviderService, type Redirect } from './pass-provider.service.js';
import { AuthorizeQuery } from './third-party.dto.js';
import { THIRD_PARTY_ERRORS } from './third-party.errors.js';
import { REGISTRATION_ERRORS } from '../registration/registration.errors.js';

/** Where browsers go, not pages: to the provider and back. */
@Controller('v1/oidc')
export class OidcController {
  constructor(
    private readonly passing: PassProviderService,
    private readonly runtime: RuntimeConfig,
  ) {}

  @Get(':provider/authorize')
  @Operation({
    summary: 'Sends the browser to the provider, once for a flow',
    description: 'Answers 303. Sets the cookie that ties the way back to this browser.',
    callers: ['public'],
    clauses: ['REG-2', '2.2'],
    status: 303,
    errors: [
      THIRD_PARTY_ERRORS.provider_not_found,
      THIRD_PARTY_ERRORS.provider_disabled,
      THIRD_PARTY_ERRORS.provider_unreachable,
      THIRD_PARTY_ERRORS.flow_not_found,
      THIRD_PARTY_ERRORS.flow_expired,
      LIFECYCLE_ERRORS.wrong_state,
      REGISTRATION_ERRORS.challenge_required,
      REGISTRATION_ERRORS.registration_not_found,
      REGISTRATION_ERRORS.registration_expired,
    ],
  })
  async authorize(
    @Param('provider') provider: string,
    @Query() { flow }: AuthorizeQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.send(request, reply, flow, () => this.passing.leave(provider, flow, readBinding(request.raw)));
  }

  @Get(':provider/callback')
  @Operation({
    summary: 'Takes the browser back from the provider',
    description:
      'Answers 303 to the page that the flow returns to, with `flow` and `code`, or `error`, in the fragment: no token ever ' +
      'stands in an address. The parameters are those of the provider.',
    callers: ['public'],
    clauses: ['REG-2', '2.2'],
    status: 303,
    errors: [
      THIRD_PARTY_ERRORS.callback_refused,
      LIFECYCLE_ERRORS.wrong_state,
      THIRD_PARTY_ERRORS.flow_expired,
      THIRD_PARTY_ERRORS.provider_not_found,
      THIRD_PARTY_ERRORS.provider_disabled,
    ],
  })
  async callback(
    @Param('provider') provider: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const query = new URLSearchParams(/\?(.*)$/.exec(request.originalUrl)?.[1] ?? '');
    await this.send(request, reply, undefined, () => this.passing.comeBack(provider, query, readBinding(request.raw)));
  }

  /** A person stands here: what goes wrong leads a browser to the account pages, which say it in words; a program gets the problem. */
  private async send(
    request: FastifyRequest,
    reply: FastifyReply,
    flow: string | undefined,
    go: () => Promise<Redirect>,
  ): Promise<void> {
    try {
      redirect(reply, await go());
    } catch (error) {
      if (!isDomainError(error) || !request.headers.accept?.includes('text/html')) throw error;
      const told = new URLSearchParams({ ...(flow === undefined ? {} : { flow }), error: error.code });
      onward(reply, `${publicUrlOf(this.runtime)}/account#${told.toString()}`);
    }
  }
}

function redirect(reply: FastifyReply, { location, cookie }: Redirect): void {
  onward(reply.header('set-cookie', cookie), location);
}

function onward(reply: FastifyReply, location: string): void {
  void reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer').redirect(location, 303);
}
