import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';
import { Operation } from '../../platform/http/operation.js';
import { readBinding } from './flow-secrets.js';
import { PassProviderService, type Redirect } from './pass-provider.service.js';
import { AuthorizeQuery } from './third-party.dto.js';
import { THIRD_PARTY_ERRORS } from './third-party.errors.js';

/** Where browsers go, not pages: to the provider and back. */
@Controller('v1/oidc')
export class OidcController {
  constructor(private readonly passing: PassProviderService) {}

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
    ],
  })
  async authorize(
    @Param('provider') provider: string,
    @Query() { flow }: AuthorizeQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    redirect(reply, await this.passing.leave(provider, flow, readBinding(request.raw)));
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
    errors: [THIRD_PARTY_ERRORS.callback_refused],
  })
  async callback(
    @Param('provider') provider: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const query = new URLSearchParams(/\?(.*)$/.exec(request.originalUrl)?.[1] ?? '');
    redirect(reply, await this.passing.comeBack(provider, query, readBinding(request.raw)));
  }
}

function redirect(reply: FastifyReply, { location, cookie }: Redirect): void {
  void reply
    .header('set-cookie', cookie)
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .redirect(location, 303);
}
