import { Injectable } from '@nestjs/common';
import { isDomainError } from '../../kernel/domain-error.js';
import type { Tx } from '../../platform/database/transactor.js';
import { OnEvent, Subscriber } from '../../platform/outbox/on-event.js';
import type { OutboxEvent } from '../../platform/outbox/outbox-event.js';
import { DEREGISTRATION_WANTED } from '../guardianship/guardianship.events.js';
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

  /** A guardian proved who they are on their own page and asks for the ward (MIN-4); from here it is like any other. */
  @OnEvent(DEREGISTRATION_WANTED)
  async wanted(tx: Tx, event: OutboxEvent): Promise<void> {
    const { consentId } = event.data;
    if (event.accountId === null || typeof consentId !== 'string') return;
    try {
      await this.requests.applyForWard(tx, event.accountId, { kind: 'guardian', id: consentId });
    } catch (error) {
      // Under way already, or something stands in the way: the guardian's page and the preview say what.
      if (!isDomainError(error)) throw error;
    }
  }

  /** Participants under the hold are asked again; one that another hold still covers is deferred again. */
  @OnEvent(RETENTION_EVENTS.holdReleased)
  async holdReleased(tx: Tx, event: OutboxEvent): Promise<void> {
    await this.requests.releaseParticipants(tx, event.accountId ?? undefined);
  }
}
