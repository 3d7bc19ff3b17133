import { Controller, Get, Headers, Post, Query, Res } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { decodeJwt } from 'jose';
import { type Actor, ANONYMOUS } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { Caller } from '../../platform/callers/caller.js';
import { DOCUMENT_ERRORS } from '../../platform/documents/documents.errors.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { localeOf } from '../../platform/http/locale.js';
import { IdParam, Operation } from '../../platform/http/operation.js';
import { ApplyDeregistrationService } from './apply-deregistration.service.js';
import { DeregistrationConfig } from './deregistration.config.js';
import { KeptDto, ReceiptDto, ReceiptQuery } from './deregistration-receipt.dto.js';
import { StatusDto } from './my-deregistration.dto.js';
import { DEREGISTRATION_ERRORS as ERRORS } from './deregistration.errors.js';
import type { Deregistration } from './deregistration.record.js';
import { DeregistrationService } from './deregistration.service.js';
import { keptView, statusView } from './deregistration.views.js';
import type { ReceiptClaims } from './domain/receipt.js';
import { PrintReceiptService } from './print-receipt.service.js';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';
import { RETENTION_ERRORS } from '../retention/retention.errors.js';

const TOKEN_HEADER = 'receipt-token';
const TokenHeader = ApiHeader({
  name: TOKEN_HEADER,
  required: false,
  description: 'The token of the application or of the receipt message. Staff use their own bearer token.',
});

/** For the person who has no account any more: a token instead of a session. */
@Controller('v1/deregistrations/:id')
export class ReceiptsController {
  constructor(
    private readonly requests: DeregistrationService,
    private readonly printing: PrintReceiptService,
    private readonly applications: ApplyDeregistrationService,
    private readonly config: DeregistrationConfig,
    private readonly clock: Clock,
  ) {}

  @Get('status')
  @TokenHeader
  @Operation({
    summary: 'How it stands, for the holder of the token, also when no session is left',
    callers: ['public'],
    clauses: ['DER-2', 'DER-3', '2.5'],
    answer: StatusDto,
    errors: [HTTP_ERRORS.not_found],
  })
  async status(@IdParam('id') id: string, @Headers(TOKEN_HEADER) token?: string): Promise<StatusDto> {
    return statusView(await this.withToken(id, token), this.config.finalNoticeLead, this.clock.now());
  }

  @Post('withdrawal')
  @TokenHeader
  @Operation({
    summary: 'Withdraw, for the holder of the token, also when no session is left',
    callers: ['public'],
    clauses: ['DER-2', '2.5'],
    status: 204,
    errors: [
      HTTP_ERRORS.not_found,
      ERRORS.no_application,
      ERRORS.point_of_no_return,
      HTTP_ERRORS.stale_version,
      LIFECYCLE_ERRORS.wrong_state,
    ],
  })
  async withdraw(@IdParam('id') id: string, @Headers(TOKEN_HEADER) token?: string): Promise<void> {
    const { accountId, requestedBy } = await this.withToken(id, token);
    // The link of an application that ended long ago says nothing about a later one.
    if ((await this.applications.current(accountId))?.id !== id) throw new DomainError(ERRORS.no_application);
    await this.applications.withdraw(accountId, holderOf(accountId, requestedBy));
  }

  @Get('receipt')
  @TokenHeader
  @Operation({
    summary: 'The signed receipt: what was erased, what is kept, why and until when',
    description:
      '`?format=json` gives its claims, `?format=pdf` a page to print, in Chinese or English by Accept-Language; the JWS is what proves it.',
    callers: ['public', 'staff:auditor', 'staff:legal', 'staff:senior_moderator'],
    clauses: ['DER-6', '2.5'],
    answer: ReceiptDto,
    errors: [HTTP_ERRORS.not_found, ERRORS.receipt_not_ready, ERRORS.receipt_expired, DOCUMENT_ERRORS.pdf_unavailable],
  })
  async receipt(
    @Caller() caller: Caller,
    @IdParam('id') id: string,
    @Query() query: ReceiptQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers(TOKEN_HEADER) token?: string,
    @Headers('accept-language') language?: string,
  ): Promise<ReceiptDto | ReceiptClaims | Buffer> {
    const found = isReader(caller) ? await this.forStaff(id) : await this.withToken(id, token);
    const receipt = this.requests.receiptOf(found);
    reply.header('cache-control', 'no-store');
    if (query.format === 'json') return claimsOf(receipt);
    if (query.format !== 'pdf') return { receipt };
    const document = await this.printing.print(claimsOf(receipt), localeOf(language));
    reply.header('content-type', 'application/pdf');
    return document;
  }

  @Get('kept')
  @TokenHeader
  @Operation({
    summary: 'What is still kept of you, why and until when, and what became of the rest of the receipt',
    callers: ['public', 'staff:auditor', 'staff:legal', 'staff:senior_moderator'],
    clauses: ['DER-4', 'DER-6', '2.5(1)'],
    answer: KeptDto,
    errors: [HTTP_ERRORS.not_found, ERRORS.receipt_not_ready, RETENTION_ERRORS.unknown_policy],
  })
  async kept(
    @Caller() caller: Caller,
    @IdParam('id') id: string,
    @Headers(TOKEN_HEADER) token?: string,
  ): Promise<KeptDto> {
    const found = isReader(caller) ? await this.forStaff(id) : await this.withToken(id, token);
    const items = (await this.requests.keptOf(found)).map(keptView);
    return { asOf: this.clock.now().toISOString(), items };
  }

  private async withToken(id: string, token: string | undefined): Promise<Deregistration> {
    if (token === undefined || token.length > 200) throw new DomainError(HTTP_ERRORS.not_found);
    return this.requests.forToken(id, token);
  }

  private async forStaff(id: string): Promise<Deregistration> {
    const found = await this.requests.find(id);
    if (found === undefined) throw new DomainError(HTTP_ERRORS.not_found);
    return found;
  }
}

/** The token went to whoever applied: the person, their guardian, or a relative whom nobody here knows. */
const holderOf = (accountId: string, requestedBy: Actor): Actor => {
  if (requestedBy.kind === 'guardian') return requestedBy;
  return requestedBy.kind === 'staff' ? ANONYMOUS : { kind: 'account', id: accountId };
};

const READERS: readonly string[] = ['auditor', 'legal', 'senior_moderator'];
const isReader = (caller: Caller): boolean =>
  caller.kind === 'staff' && caller.roles.some((role) => READERS.includes(role));

const claimsOf = (receipt: string): ReceiptClaims => decodeJwt<ReceiptClaims>(receipt);
