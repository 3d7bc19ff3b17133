import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactor.js';
import { OnEvent, Subscriber } from '../../platform/outbox/on-event.js';
import type { OutboxEvent } from '../../platform/outbox/outbox-event.js';
import { RETENTION_EVENTS } from '../retention/retention.events.js';
import { DeregistrationService } from './deregistration.service.js';

/** A hold was lifted: what it deferred here is work again (R4). */
@Injectable()
@Subscriber('deregistration')
export class DeregistrationSubscriber {
  constructor(private readonly requests: DeregistrationService) {}

  @OnEvent(RETENTION_EVENTS.unitReleased)
  async unitReleased(tx: Tx, event: OutboxEvent): Promise<void> {
    const { recordClass } = event.data;
    if (event.accountId === null || typeof recordClass !== 'string') return;
    await this.requests.releaseDeferred(tx, event.accountId, [recordClass]);
  }

  /** Participants under the hold are asked again; one that another hold still covers is deferred again. */
  @OnEvent(RETENTION_EVENTS.holdReleased)
  async holdReleased(tx: Tx, event: OutboxEvent): Promise<void> {
    await this.requests.releaseParticipants(tx, event.accountId ?? undefined);
  }
}
