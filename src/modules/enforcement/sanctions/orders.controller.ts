import { Body, Controller, Post } from '@nestjs/common';
import { LIFECYCLE_ERRORS } from '../../../kernel/lifecycle.js';
import { actorOf, Caller } from '../../../platform/callers/caller.js';
import type { Once } from '../../../platform/database/once.js';
import { OnceKey } from '../../../platform/http/once.js';
import { IdParam, Operation } from '../../../platform/http/operation.js';
import { MODERATORS } from '../callers.js';
import { ReasonDto } from '../enforcement.dto.js';
import { assessmentOf } from '../requests.js';
import { ENFORCEMENT_ERRORS as E } from '../enforcement.errors.js';
import { AcknowledgeRemovalService } from './acknowledge-removal.service.js';
import {
  ExtensionDto,
  OrderDto,
  RectificationReviewDto,
  RemovalAnswerDto,
  RemovalDto,
  RemovalRequestDto,
  SubmissionDto,
} from './orders.dto.js';
import type { OrderRecord } from './orders.store.js';
import { RectifyService } from './rectify.service.js';
import { HTTP_ERRORS } from '../../../platform/http/http.errors.js';
import { TASKED } from '../shared-refusals.js';

@Controller('v1')
export class OrdersController {
  constructor(
    private readonly rectifying: RectifyService,
    private readonly removing: AcknowledgeRemovalService,
  ) {}

  @Post('sanctions/:id/rectification-submissions')
  @Operation({
    summary: 'Say that you have put it right',
    callers: ['account'],
    clauses: ['ENF-2', '7.1'],
    status: 201,
    answer: OrderDto,
    idempotent: true,
    errors: [E.sanction_not_found, E.not_an_order, HTTP_ERRORS.stale_version, LIFECYCLE_ERRORS.wrong_state],
  })
  async submit(
    @OnceKey() once: Once,
    @IdParam('id') id: string,
    @Body() body: SubmissionDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    const accountId = caller.kind === 'account' ? caller.accountId : '';
    return shown(await this.rectifying.submit(once, id, body.text, accountId, actorOf(caller)));
  }

  @Post('sanctions/:id/rectification-reviews')
  @Operation({
    summary: 'Accept or return what was submitted',
    callers: MODERATORS,
    clauses: ['ENF-2', '7.1'],
    answer: OrderDto,
    errors: [E.sanction_not_found, E.not_an_order, ...TASKED],
  })
  async assess(
    @IdParam('id') id: string,
    @Body() body: RectificationReviewDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    return shown(await this.rectifying.assess(id, assessmentOf(body), actorOf(caller)));
  }

  @Post('sanctions/:id/rectification-extensions')
  @Operation({
    summary: 'Give more time',
    callers: MODERATORS,
    clauses: ['ENF-2', '7.1'],
    answer: OrderDto,
    errors: [E.sanction_not_found, E.not_an_order, E.sanction_change_invalid, ...TASKED],
  })
  async extend(@IdParam('id') id: string, @Body() body: ExtensionDto, @Caller() caller: Caller): Promise<unknown> {
    return shown(await this.rectifying.extend(id, new Date(body.dueAt), body.reason, actorOf(caller)));
  }

  @Post('sanctions/:id/rectification-escalations')
  @Operation({
    summary: 'Hand an overdue order up at once',
    callers: MODERATORS,
    clauses: ['ENF-2', '7.1'],
    answer: OrderDto,
    errors: [E.sanction_not_found, E.not_an_order, LIFECYCLE_ERRORS.wrong_state, HTTP_ERRORS.stale_version],
  })
  async escalate(@IdParam('id') id: string, @Body() body: ReasonDto, @Caller() caller: Caller): Promise<unknown> {
    return shown(await this.rectifying.escalate(id, body.reason, actorOf(caller)));
  }

  @Post('content-removals/:id/requests')
  @Operation({
    summary: 'Ask the content system again now; what is known of it stays with the case',
    callers: [...MODERATORS, 'staff:ops'],
    clauses: ['ENF-7', '7.1'],
    answer: RemovalDto,
    errors: [E.removal_not_found, E.removal_answered, ...TASKED],
  })
  async askAgain(
    @IdParam('id') id: string,
    @Body() body: RemovalRequestDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    const { sanctionId, state } = await this.removing.askAgain(id, body.note, actorOf(caller));
    return { id, sanctionId, state };
  }

  @Post('content-removals/:id/closure')
  @Operation({
    summary: 'Give up: what a system refuses or never answers ends without being removed, for a reason',
    callers: [...MODERATORS, 'staff:ops'],
    clauses: ['ENF-7', '7.1'],
    answer: RemovalDto,
    errors: [E.removal_not_found, E.removal_answered, ...TASKED],
  })
  async giveUp(@IdParam('id') id: string, @Body() body: ReasonDto, @Caller() caller: Caller): Promise<unknown> {
    const { sanctionId, state } = await this.removing.giveUp(id, body.reason, actorOf(caller));
    return { id, sanctionId, state };
  }

  @Post('content-removals/:id/acknowledgement')
  @Operation({
    summary: 'A content system answers for its content',
    callers: ['service:content_removal:ack'],
    clauses: ['ENF-7', '7.1'],
    answer: RemovalDto,
    errors: [E.removal_not_found, HTTP_ERRORS.stale_version, LIFECYCLE_ERRORS.wrong_state],
  })
  async acknowledge(
    @IdParam('id') id: string,
    @Body() body: RemovalAnswerDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    const { sanctionId, state } = await this.removing.acknowledge(id, body, actorOf(caller));
    return { id, sanctionId, state };
  }
}

const shown = ({ sanctionId, state, version, dueAt }: OrderRecord) => ({ sanctionId, state, version, dueAt });
