import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { addPeriod } from '../../kernel/period.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { decodeCursor, type Page, pageOf } from '../../platform/http/paging.js';
import { type EventFanout, EventFanouts } from '../../platform/outbox/event-fanouts.js';
import type { EventRef } from '../../platform/outbox/outbox-event.js';
import { RelaySignal } from '../../platform/queues/relay-signal.js';
import { AuditService } from '../audit/audit.service.js';
import { DELIVERY } from './domain/delivery-lifecycle.js';
import { wants } from './domain/event-filter.js';
import { type Delivery, WebhookDeliveriesStore } from './webhook-deliveries.store.js';
import { WebhooksConfig } from './webhooks.config.js';
import type { WebhookDeliveryDto, WebhookDeliveryQuery } from './webhooks.dto.js';
import { WEBHOOK_ERRORS } from './webhooks.errors.js';
import { WebhooksStore } from './webhooks.store.js';

/** One delivery per event and endpoint that wants it. */
@Injectable()
export class WebhookDeliveriesService implements EventFanout, OnModuleInit {
  constructor(
    private readonly store: WebhookDeliveriesStore,
    private readonly endpoints: WebhooksStore,
    private readonly fanouts: EventFanouts,
    private readonly audit: AuditService,
    private readonly transactor: Transactor,
    private readonly config: WebhooksConfig,
    private readonly signal: RelaySignal,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.fanouts.register(this);
  }

  async fanOut(tx: Tx, events: readonly EventRef[], now: Date): Promise<void> {
    const endpoints = await this.endpoints.live(tx);
    const wanted = events.flatMap((event) =>
      endpoints.filter((e) => wants(e.eventTypes, event.type)).map((e) => ({ event, endpointId: e.id })),
    );
    await this.store.insert(tx, wanted, now, addPeriod(now, this.config.parkAfter));
  }

  async list(query: WebhookDeliveryQuery): Promise<Page<WebhookDeliveryDto>> {
    const { limit, cursor, endpointId, state } = query;
    const found = await this.store.list(this.transactor.reader, { endpointId, state }, decodeCursor(cursor), limit);
    return pageOf(found, limit, (d) => [d.eventAt, d.id], present);
  }

  /** Sent again under the same id: who has it already recognises it. */
  async redeliver(actor: Actor, id: string): Promise<WebhookDeliveryDto> {
    return this.transactor.run(async (tx) => {
      const delivery = await this.store.lock(tx, id);
      if (delivery === undefined) throw new DomainError(HTTP_ERRORS.not_found);
      const endpoint = await this.endpoints.find(tx, delivery.endpointId);
      const state = DELIVERY.next(delivery.state, 'redeliver');
      if (state === undefined || endpoint === undefined)
        throw new DomainError(WEBHOOK_ERRORS.webhook_not_redeliverable);
      const now = this.clock.now();
      await this.store.reopen(tx, delivery, now, addPeriod(now, this.config.parkAfter));
      const target = { kind: 'webhook_delivery', id };
      await this.audit.record(tx, { type: 'webhook_delivery.redelivered', actor, target, clauses: ['operation'] });
      this.transactor.afterCommit(tx, () => this.signal.wake());
      return present({ ...delivery, state, attempts: 0, dueAt: now });
    });
  }
}

const present = (d: Delivery): WebhookDeliveryDto => ({
  id: d.id,
  eventId: d.eventId,
  eventType: d.eventType,
  endpointId: d.endpointId,
  accountId: d.accountId,
  state: d.state,
  attempts: d.attempts,
  eventAt: d.eventAt.toISOString(),
  dueAt: d.dueAt.toISOString(),
  lastAttemptAt: d.lastAttemptAt?.toISOString() ?? null,
  deliveredAt: d.deliveredAt?.toISOString() ?? null,
  responseStatus: d.responseStatus,
  lastError: d.lastError,
});
