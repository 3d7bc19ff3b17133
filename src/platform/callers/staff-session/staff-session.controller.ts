import { Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../../../kernel/clock.js';
import { Instant, List, Text } from '../../http/fields.js';
import { type CallerSpec, Operation, STAFF_ROLES } from '../../http/operation.js';
import { Caller, type StaffCaller } from '../caller.js';
import { StaffSessions } from './staff-sessions.service.js';
import { type Redirect, StaffSignIn } from './staff-sign-in.service.js';

const ANY_STAFF = STAFF_ROLES.map((role): CallerSpec => `staff:${role}`);

class SignInQuery {
  @Text({ max: 600, optional: true, description: 'Page of the console to come back to.' })
  returnTo?: string;

  @Text({ max: 1, optional: true, description: 'Set by the service when it has sent the browser to its own address.' })
  here?: string;

  @Text({ max: 1, optional: true, description: 'Somebody else than whom the issuer knows: it asks again who this is.' })
  other?: string;
}

class ConsoleSessionDto {
  @Text({ max: 128, example: 'alice' })
  id: string;

  @List('text', { max: 10, values: STAFF_ROLES })
  roles: string[];

  @Instant({ nullable: true, description: 'End of the session at the latest; null for a bearer token.' })
  expiresAt: string | null;

  @Instant({ description: 'The time of the service: deadlines are counted in it.' })
  asOf: string;
}

/** Signing in to the console: the browser holds a cookie and nothing else. */
@Controller('console')
export class StaffSessionController {
  constructor(
    private readonly signIns: StaffSignIn,
    private readonly sessions: StaffSessions,
    private readonly clock: Clock,
  ) {}

  @Get('sign-in')
  @ApiExcludeEndpoint()
  @Operation({ summary: 'Off to the staff issuer', callers: ['public'], clauses: ['2.4'] })
  async signIn(
    @Query() { returnTo, here, other }: SignInQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const elsewhere = here === undefined && request.headers.host !== this.signIns.host;
    redirect(
      reply,
      elsewhere ? this.signIns.beginAtHome(returnTo) : await this.signIns.begin(returnTo, other !== undefined),
    );
  }

  @Get('callback')
  @ApiExcludeEndpoint()
  @Operation({ summary: 'Back from the staff issuer', callers: ['public'], clauses: ['2.4'] })
  async callback(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = /\?.*$/.exec(request.originalUrl)?.[0] ?? '';
    redirect(reply, await this.signIns.complete(request.raw, query));
  }

  @Get('session')
  @Operation({
    summary: 'Who is signed in to the console',
    callers: ANY_STAFF,
    clauses: ['2.4'],
    answer: ConsoleSessionDto,
  })
  async session(@Caller() caller: StaffCaller, @Req() request: FastifyRequest): Promise<ConsoleSessionDto> {
    const found = await this.sessions.sessionOf(request.raw);
    return {
      id: caller.id,
      roles: [...caller.roles],
      expiresAt: found?.expiresAt.toISOString() ?? null,
      asOf: this.clock.now().toISOString(),
    };
  }

  @Post('sign-out')
  @Operation({ summary: 'End the console session', callers: ANY_STAFF, clauses: ['2.4'], status: 204 })
  async signOut(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    void reply
      .header('set-cookie', await this.sessions.end(request.raw))
      .status(204)
      .send();
  }
}

function redirect(reply: FastifyReply, { location, cookies }: Redirect): void {
  void reply.header('set-cookie', [...cookies]).redirect(location, 303);
}
