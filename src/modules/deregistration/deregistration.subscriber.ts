import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { isDomainError } from '../../kernel/domain-error.js';
import type { Tx } from '../../platform/database/transactor.js';
import { OnEvent, Subscriber } from '../../platform/outbox/on-event.js';
import type { OutboxEvent } from '../../platform/outbox/outbox-event.js';
import { CONSENT_NEVER_GIVEN } from '../guardianship/guardianship.events.js';
import { RETENTION_EVENTS } from '../retention/retention.events.js';
import { DeregistrationService } from './deregistration.service.js';

/** Who applies for a minor whose guardian never decided; not who approves it. */
const NO_GUARDIAN: Actor = { kind: 'system', id: 'guardianship' };

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

  /** Nobody ever consented to this minor's use: what is stored of them goes the ordinary way (2.1, PIPL 31). */
  @OnEvent(CONSENT_NEVER_GIVEN)
  async neverConsented(tx: Tx, event: OutboxEvent): Promise<void> {
    if (event.accountId === null) return;
    try {
      await this.requests.applyForWard(tx, event.accountId, NO_GUARDIAN);
    } catch (error) {
      // Under way already, or something stands in the way: it is looked at again (`WaitingWards`).
      if (!isDomainError(error)) throw error;
    }
  }

  /** Participants under the hold are asked again; one that another hold still covers is deferred again. */
  @OnEvent(RETENTION_EVENTS.holdReleased)
  async holdReleased(tx: Tx, event: OutboxEvent): Promise<void> {
    await this.requests.releaseParticipants(tx, event.accountId ?? undefined);
  }
}
