import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { actorOf, Caller } from '../../../platform/callers/caller.js';
import type { Once } from '../../../platform/database/once.js';
import { type CallerSpec, IdParam, Operation } from '../../../platform/http/operation.js';
import { OnceKey } from '../../../platform/http/once.js';
import type { Page } from '../../../platform/http/paging.js';
import { ENFORCEMENT_ERRORS as E } from '../enforcement.errors.js';
import { CaseClaimsDto, ClaimChangeDto, ClaimDto, ClaimTotalsDto, NewClaimDto, PaymentDto } from './claims.dto.js';
import { ClaimDetailDto, ClaimQuery } from '../lists/claim-list.dto.js';
import { ClaimsService } from './claims.service.js';
import { LIFECYCLE_ERRORS } from '../../../kernel/lifecycle.js';

const LEGAL: CallerSpec[] = ['staff:legal'];
const CLAUSES = ['ENF-12', '7.1'];

@Controller('v1')
export class ClaimsController {
  constructor(private readonly claims: ClaimsService) {}

  @Post('cases/:id/claims')
  @Operation({
    summary: 'Record a loss',
    callers: LEGAL,
    clauses: CLAUSES,
    status: 201,
    answer: ClaimDto,
    idempotent: true,
    errors: [E.case_not_found, E.claim_not_found],
  })
  async record(
    @OnceKey() once: Once,
    @IdParam('id') id: string,
    @Body() body: NewClaimDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    const recorded = await this.claims.record(once, id, body, actorOf(caller));
    return this.claims.get(recorded.id);
  }

  @Get('cases/:id/claims')
  @Operation({
    summary: 'Losses of a case',
    callers: [...LEGAL, 'staff:auditor'],
    clauses: CLAUSES,
    answer: CaseClaimsDto,
  })
  async ofCase(@IdParam('id') id: string): Promise<unknown> {
    return { items: await this.claims.ofCase(id) };
  }

  @Get('claims')
  @Operation({
    summary: 'Losses, newest first',
    callers: [...LEGAL, 'staff:auditor'],
    clauses: CLAUSES,
    page: ClaimDto,
  })
  list(@Query() query: ClaimQuery): Promise<Page<unknown>> {
    return this.claims.list(query, query);
  }

  @Get('claims/:id')
  @Operation({
    summary: 'A loss with its payments',
    callers: [...LEGAL, 'staff:auditor'],
    clauses: CLAUSES,
    answer: ClaimDetailDto,
    errors: [E.claim_not_found],
  })
  one(@IdParam('id') id: string): Promise<unknown> {
    return this.claims.withPayments(id);
  }

  @Post('claims/:id/payments')
  @Operation({
    summary: 'Record a payment',
    callers: LEGAL,
    clauses: CLAUSES,
    status: 201,
    answer: ClaimDto,
    idempotent: true,
    errors: [E.claim_not_found, E.claim_settled, E.payment_too_high, LIFECYCLE_ERRORS.wrong_state],
  })
  async pay(
    @OnceKey() once: Once,
    @IdParam('id') id: string,
    @Body() body: PaymentDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    const { id: paid } = await this.claims.pay(once, id, body, actorOf(caller));
    return this.claims.get(paid);
  }

  @Post('claims/:id/changes')
  @Operation({
    summary: 'Assert or waive',
    callers: LEGAL,
    clauses: CLAUSES,
    answer: ClaimDto,
    errors: [E.claim_not_found, LIFECYCLE_ERRORS.wrong_state],
  })
  change(@IdParam('id') id: string, @Body() body: ClaimChangeDto, @Caller() caller: Caller): Promise<unknown> {
    return this.claims.change(id, body.command, actorOf(caller));
  }

  @Get('accounts/:id/claim-totals')
  @Operation({
    summary: 'What an account owes, by currency',
    callers: [...LEGAL, 'staff:auditor'],
    clauses: CLAUSES,
    answer: ClaimTotalsDto,
  })
  async totals(@IdParam('id') id: string): Promise<unknown> {
    return { items: await this.claims.totals(id) };
  }
}
