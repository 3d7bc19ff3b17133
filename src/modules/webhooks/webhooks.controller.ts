import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { actorOf, Caller } from '../../platform/callers/caller.js';
import type { Once } from '../../platform/database/once.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { OnceKey } from '../../platform/http/once.js';
import { IdParam, Operation } from '../../platform/http/operation.js';
import { type Page, PageQuery } from '../../platform/http/paging.js';
import {
  CreateWebhookEndpointDto,
  WebhookDeliveryDto,
  WebhookDeliveryQuery,
  WebhookEndpointDto,
  WebhookSecretDto,
} from './webhooks.dto.js';
import { WEBHOOK_ERRORS } from './webhooks.errors.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';
import { WebhooksService } from './webhooks.service.js';

@Controller('v1')
export class WebhooksController {
  constructor(
    private readonly endpoints: WebhooksService,
    private readonly deliveries: WebhookDeliveriesService,
  ) {}

  @Post('webhook-endpoints')
  @Operation({
    summary: 'Send events to an address; the answer holds the signing secret, once',
    callers: ['staff:ops', 'staff:admin'],
    clauses: ['operation'],
    status: 201,
    answer: WebhookSecretDto,
    errors: [
      WEBHOOK_ERRORS.webhook_target_refused,
      WEBHOOK_ERRORS.too_many_webhook_endpoints,
      HTTP_ERRORS.idempotency_key_reused,
    ],
  })
  create(
    @Caller() caller: Caller,
    @Body() body: CreateWebhookEndpointDto,
    @OnceKey() once: Once,
  ): Promise<WebhookSecretDto> {
    return this.endpoints.create(actorOf(caller), body, once);
  }

  @Get('webhook-endpoints')
  @Operation({
    summary: 'Addresses that events are sent to',
    callers: ['staff:ops', 'staff:admin', 'staff:auditor'],
    clauses: ['operation'],
    page: WebhookEndpointDto,
  })
  list(@Query() query: PageQuery): Promise<Page<WebhookEndpointDto>> {
    return this.endpoints.list(query);
  }

  @Delete('webhook-endpoints/:id')
  @Operation({
    summary: 'Send no more events there; what is on its way is cancelled',
    callers: ['staff:ops', 'staff:admin'],
    clauses: ['operation'],
    status: 204,
    errors: [HTTP_ERRORS.not_found],
  })
  remove(@Caller() caller: Caller, @IdParam('id') id: string): Promise<void> {
    return this.endpoints.remove(actorOf(caller), id);
  }

  @Post('webhook-endpoints/:id/secret-rotations')
  @Operation({
    summary: 'A new signing secret; the old one signs beside it for a while',
    callers: ['staff:ops', 'staff:admin'],
    clauses: ['operation'],
    status: 201,
    answer: WebhookSecretDto,
    errors: [HTTP_ERRORS.not_found, HTTP_ERRORS.idempotency_key_reused],
  })
  rotate(@Caller() caller: Caller, @IdParam('id') id: string, @OnceKey() once: Once): Promise<WebhookSecretDto> {
    return this.endpoints.rotate(actorOf(caller), id, once);
  }

  @Get('webhook-deliveries')
  @Operation({
    summary: 'What was sent, is to be sent, and could not be sent',
    callers: ['staff:ops', 'staff:admin', 'staff:auditor'],
    clauses: ['operation'],
    page: WebhookDeliveryDto,
  })
  listDeliveries(@Query() query: WebhookDeliveryQuery): Promise<Page<WebhookDeliveryDto>> {
    return this.deliveries.list(query);
  }

  @Post('webhook-deliveries/:id/redeliveries')
  @Operation({
    summary: 'Send it again, with the same id',
    callers: ['staff:ops', 'staff:admin'],
    clauses: ['operation'],
    status: 202,
    answer: WebhookDeliveryDto,
    errors: [HTTP_ERRORS.not_found, WEBHOOK_ERRORS.webhook_not_redeliverable],
  })
  redeliver(@Caller() caller: Caller, @IdParam('id') id: string): Promise<WebhookDeliveryDto> {
    return this.deliveries.redeliver(actorOf(caller), id);
  }
}
