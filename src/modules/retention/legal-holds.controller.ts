import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { Clock } from '../../kernel/clock.js';
import { endOfLegalDay } from '../../kernel/period.js';
import { actorOf, Caller } from '../../platform/callers/caller.js';
import type { Once } from '../../platform/database/once.js';
import { OnceKey } from '../../platform/http/once.js';
import { validated } from '../../platform/http/validation.js';
import { IdParam, Operation } from '../../platform/http/operation.js';
import { decodeCursor, type Page, pageOf } from '../../platform/http/paging.js';
import { LegalHolds } from './legal-holds.js';
import { HoldDto, HoldQuery, PlaceHoldDto, ReleaseHoldDto } from './legal-holds.dto.js';
import { RETENTION_ERRORS } from './retention.errors.js';
import { holdDto } from './retention.presenter.js';

const CLAUSES = ['DER-7', '2.5(1)', '7.1'];

/** Orders that something is not erased. */
@Controller('v1/legal-holds')
export class LegalHoldsController {
  constructor(
    private readonly holds: LegalHolds,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Operation({
    summary: 'Place a legal hold on a subject, a case or record classes',
    description:
      'Stops erasure and expiry of exactly what it names, from the moment of the answer, also in the middle of a run.',
    callers: ['staff:legal'],
    clauses: CLAUSES,
    status: 201,
    answer: HoldDto,
    errors: [
      RETENTION_ERRORS.legal_hold_scope_empty,
      RETENTION_ERRORS.legal_hold_unknown_class,
      RETENTION_ERRORS.legal_hold_review_date,
      RETENTION_ERRORS.lock_scheme_changed,
    ],
  })
  async place(@Body() body: PlaceHoldDto, @Caller() caller: Caller, @OnceKey() once: Once): Promise<HoldDto> {
    const { reviewOn, accountId, caseId, ...rest } = body;
    const order = {
      ...rest,
      accountId: accountId?.toLowerCase(),
      caseId: caseId?.toLowerCase(),
      reviewAt: endOfLegalDay(reviewOn),
    };
    return holdDto(await this.holds.place(once, order, actorOf(caller)), this.clock.now());
  }

  @Get()
  @Operation({
    summary: 'Legal holds, newest first',
    callers: ['staff:legal', 'staff:auditor', 'staff:ops', 'staff:senior_moderator'],
    clauses: CLAUSES,
    page: HoldDto,
  })
  async list(@Query() query: HoldQuery): Promise<Page<HoldDto>> {
    const filter = { accountId: query.accountId?.toLowerCase(), active: query.active };
    const found = await this.holds.list(filter, decodeCursor(query.cursor), query.limit);
    const now = this.clock.now();
    return pageOf(
      found,
      query.limit,
      (h) => [h.placed_at, h.id],
      (h) => holdDto(h, now),
    );
  }

  @Get(':id')
  @Operation({
    summary: 'One legal hold',
    callers: ['staff:legal', 'staff:auditor', 'staff:ops', 'staff:senior_moderator'],
    clauses: CLAUSES,
    answer: HoldDto,
  })
  async find(@IdParam('id') id: string): Promise<HoldDto> {
    return holdDto(await this.holds.find(id), this.clock.now());
  }

  @Delete(':id')
  @Operation({
    summary: 'Release a legal hold; what it deferred is finished',
    callers: ['staff:legal'],
    clauses: CLAUSES,
    answer: HoldDto,
    errors: [
      RETENTION_ERRORS.legal_hold_released,
      RETENTION_ERRORS.lock_scheme_changed,
      RETENTION_ERRORS.unknown_policy,
    ],
  })
  @ApiBody({ type: ReleaseHoldDto, required: false })
  async release(@IdParam('id') id: string, @Body() body: unknown, @Caller() caller: Caller): Promise<HoldDto> {
    // A DELETE may come without a body, so it is validated here.
    const { reason } = await validated(ReleaseHoldDto, body ?? {});
    return holdDto(await this.holds.release(id, reason ?? 'not stated', actorOf(caller)), this.clock.now());
  }
}
