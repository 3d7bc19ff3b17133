import { Controller, Get, Headers, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type AccountCaller, Caller } from '../../platform/callers/caller.js';
import { IdParam, Operation } from '../../platform/http/operation.js';
import { ACCOUNT_ERRORS } from './accounts.errors.js';
import { StandingDto } from './standing.dto.js';
import { type Standing, StandingService } from './standing.service.js';

const ETAG_HELP =
  'Carries `ETag` by version; `If-None-Match` answers 304. Keep it, but ask before each use, or obey `nextChangeAt`.';

@Controller('v1/accounts')
export class StandingController {
  constructor(private readonly standing: StandingService) {}

  @Get('me/standing')
  @Operation({
    summary: 'What my account may do right now, and why',
    description: ETAG_HELP,
    callers: ['account'],
    clauses: ['2.1', '4.3', '7.1'],
    answer: StandingDto,
    etag: true,
    errors: [ACCOUNT_ERRORS.account_not_found],
  })
  async mine(
    @Caller() caller: AccountCaller,
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Standing | undefined> {
    return answer(await this.standing.of(caller.accountId), known, reply);
  }

  @Get(':id/standing')
  @Operation({
    summary: 'What an account may do right now, and why',
    description: ETAG_HELP,
    callers: [
      'service:standing:read',
      'staff:moderator',
      'staff:senior_moderator',
      'staff:legal',
      'staff:ops',
      'staff:auditor',
      'staff:admin',
    ],
    clauses: ['2.1', '4.3', '7.1'],
    answer: StandingDto,
    etag: true,
    errors: [ACCOUNT_ERRORS.account_not_found],
  })
  async ofOther(
    @IdParam('id') id: string,
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Standing | undefined> {
    return answer(await this.standing.of(id), known, reply);
  }
}

function answer(standing: Standing, known: string | undefined, reply: FastifyReply): Standing | undefined {
  const etag = `"${standing.version}"`;
  void reply.header('etag', etag).header('cache-control', 'private, no-cache');
  if (known === undefined || !matches(known, etag)) return standing;
  void reply.status(304);
  return undefined;
}

/** RFC 9110, 13.1.2: weak comparison, a list, or `*`. */
const matches = (header: string, etag: string): boolean =>
  header.split(',').some((given) => ['*', etag].includes(given.trim().replace(/^W\//, '')));
