import { Body, Controller, Get, Headers, Post, Req } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../kernel/domain-error.js';
import type { Once } from '../../platform/database/once.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { OnceKey } from '../../platform/http/once.js';
import { IdParam, Operation } from '../../platform/http/operation.js';
import { MOST_PROOF_BYTES, readUpload } from '../../platform/http/uploaded-file.js';
import { ENFORCEMENT_ERRORS } from '../enforcement/enforcement.errors.js';
import { EnforcementService } from '../enforcement/enforcement.service.js';
import { BanAppealDto, BanAppealWordsDto, NewBanAppealDto, StandingBansDto } from './ban-appeals.dto.js';
import { DeregistrationService } from './deregistration.service.js';

const TOKEN_HEADER = 'receipt-token';
const TokenHeader = ApiHeader({
  name: 'receipt-token',
  required: true,
  description: 'The token of the application or of the receipt message.',
});
const CLAUSES = ['DER-5', 'DER-6', 'ENF-14', '2.5(2)', '7.1'];

/** The receipt opens the door to an appeal for somebody who has no account any more. */
@Controller('v1/deregistrations/:id')
export class BanAppealsController {
  constructor(
    private readonly requests: DeregistrationService,
    private readonly enforcement: EnforcementService,
  ) {}

  @Get('bans')
  @TokenHeader
  @Operation({
    summary: 'Bans on re-registration that stand against you, with their reasons',
    callers: ['public'],
    clauses: CLAUSES,
    answer: StandingBansDto,
    errors: [HTTP_ERRORS.not_found],
  })
  async bans(@IdParam('id') id: string, @Headers(TOKEN_HEADER) token?: string): Promise<unknown> {
    return { items: await this.enforcement.bansOn(await this.subjectOf(id, token)) };
  }

  @Post('appeals')
  @TokenHeader
  @Operation({
    summary: 'Appeal against a standing ban, with the receipt instead of a session',
    callers: ['public'],
    clauses: CLAUSES,
    status: 201,
    answer: BanAppealDto,
    idempotent: true,
    errors: [
      HTTP_ERRORS.not_found,
      ENFORCEMENT_ERRORS.decision_not_found,
      ENFORCEMENT_ERRORS.appeal_live,
      ENFORCEMENT_ERRORS.appeal_out_of_time,
      ENFORCEMENT_ERRORS.appeal_not_possible,
    ],
  })
  async appeal(
    @OnceKey() once: Once,
    @IdParam('id') id: string,
    @Body() body: NewBanAppealDto,
    @Headers(TOKEN_HEADER) token?: string,
  ): Promise<unknown> {
    const accountId = await this.subjectOf(id, token);
    return this.enforcement.appealBan(once, accountId, body, { kind: 'account', id: accountId });
  }

  @Get('appeals/:appealId')
  @TokenHeader
  @Operation({
    summary: 'How your appeal stands, and what was answered',
    callers: ['public'],
    clauses: CLAUSES,
    answer: BanAppealDto,
    errors: [HTTP_ERRORS.not_found, ENFORCEMENT_ERRORS.appeal_not_found],
  })
  async get(
    @IdParam('id') id: string,
    @IdParam('appealId') appealId: string,
    @Headers(TOKEN_HEADER) token?: string,
  ): Promise<unknown> {
    return this.enforcement.appealOf(await this.subjectOf(id, token), appealId);
  }

  @Post('appeals/:appealId/messages')
  @TokenHeader
  @Operation({
    summary: 'Write to us in your appeal',
    callers: ['public'],
    clauses: CLAUSES,
    status: 201,
    answer: BanAppealDto,
    idempotent: true,
    errors: [HTTP_ERRORS.not_found, ENFORCEMENT_ERRORS.appeal_not_found, ENFORCEMENT_ERRORS.appeal_ended],
  })
  async write(
    @OnceKey() once: Once,
    @IdParam('id') id: string,
    @IdParam('appealId') appealId: string,
    @Body() body: BanAppealWordsDto,
    @Headers(TOKEN_HEADER) token?: string,
  ): Promise<unknown> {
    const accountId = await this.subjectOf(id, token);
    return this.enforcement.writeInAppeal(once, accountId, appealId, body.text, { kind: 'account', id: accountId });
  }

  @Post('appeals/:appealId/files')
  @TokenHeader
  @Operation({
    summary: 'Adds a file to your appeal (multipart, one file)',
    description: 'JPEG, PNG, WebP or PDF by content, at most 5 MB, at most ten. The same file again is the same file.',
    callers: ['public'],
    clauses: CLAUSES,
    status: 201,
    answer: BanAppealDto,
    errors: [
      HTTP_ERRORS.not_found,
      HTTP_ERRORS.body_too_large,
      ENFORCEMENT_ERRORS.appeal_not_found,
      ENFORCEMENT_ERRORS.appeal_ended,
      ENFORCEMENT_ERRORS.proof_refused,
      ENFORCEMENT_ERRORS.too_many_files,
    ],
  })
  async show(
    @IdParam('id') id: string,
    @IdParam('appealId') appealId: string,
    @Req() request: FastifyRequest,
    @Headers(TOKEN_HEADER) token?: string,
  ): Promise<unknown> {
    // Who may send at all is asked before a single byte is taken in.
    const accountId = await this.subjectOf(id, token);
    const upload = await readUpload(request, MOST_PROOF_BYTES);
    return this.enforcement.showInAppeal(accountId, appealId, upload, { kind: 'account', id: accountId });
  }

  private async subjectOf(id: string, token: string | undefined): Promise<string> {
    if (token === undefined || token.length > 200) throw new DomainError(HTTP_ERRORS.not_found);
    return (await this.requests.forToken(id, token)).accountId;
  }
}
