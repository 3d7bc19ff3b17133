import { Enum, Instant, Int, List, rule, Text, Uuid } from '../../platform/http/fields.js';
import { PageQuery } from '../../platform/http/paging.js';
import { DELIVERY_STATES } from './domain/delivery-lifecycle.js';
import { EVENT_FILTER } from './domain/event-filter.js';

const areFilters = (v: unknown): boolean =>
  Array.isArray(v) && v.every((f) => typeof f === 'string' && EVENT_FILTER.test(f));

export class CreateWebhookEndpointDto {
  @Text({ max: 2000, example: 'https://hooks.example.com/account-lifecycle' })
  url: string;

  @List('text', {
    max: 50,
    min: 1,
    itemMax: 100,
    example: ['account.*', 'deregistration.completed'],
    description: 'Event types, `noun.*`, or `*`.',
  })
  @rule('areEventFilters', areFilters, 'must hold event types, noun.* or *')
  eventTypes: string[];

  @Text({ max: 200, optional: true, example: 'Chat history' })
  description?: string;
}

export class WebhookEndpointDto {
  @Uuid()
  id: string;

  @Text({ max: 2000, example: 'https://hooks.example.com/account-lifecycle' })
  url: string;

  @List('text', { max: 50, example: ['account.*'] })
  eventTypes: string[];

  @Text({ max: 200, nullable: true, example: 'Chat history' })
  description: string | null;

  @Instant()
  createdAt: string;
}

export class WebhookSecretDto extends WebhookEndpointDto {
  @Text({ max: 100, example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', description: 'Shown now and never again.' })
  secret: string;

  @Instant({ nullable: true, description: 'Until when the secret before this one signs too.' })
  previousSecretUntil: string | null;
}

export class WebhookDeliveryQuery extends PageQuery {
  @Uuid({ optional: true })
  endpointId?: string;

  @Enum(DELIVERY_STATES, { optional: true })
  state?: string;
}

export class WebhookDeliveryDto {
  @Uuid()
  id: string;

  @Uuid({ description: '`webhook-id` and CloudEvents `id`: the same in every try.' })
  eventId: string;

  @Text({ max: 100, example: 'account.registered' })
  eventType: string;

  @Uuid()
  endpointId: string;

  @Uuid({ nullable: true })
  accountId: string | null;

  @Enum(DELIVERY_STATES)
  state: string;

  @Int({ min: 0, max: 1_000_000, example: 1 })
  attempts: number;

  @Instant()
  eventAt: string;

  @Instant({ description: 'The next try, where one is to come.' })
  dueAt: string;

  @Instant({ nullable: true })
  lastAttemptAt: string | null;

  @Instant({ nullable: true })
  deliveredAt: string | null;

  @Int({ min: 100, max: 599, nullable: true, example: 204 })
  responseStatus: number | null;

  @Text({ max: 100, nullable: true, example: 'timeout' })
  lastError: string | null;
}
