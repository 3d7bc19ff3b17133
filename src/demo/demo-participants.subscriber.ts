import { Injectable } from '@nestjs/common';
import type { Tx } from '../platform/database/transactor.js';
import { OnEvent, Subscriber } from '../platform/outbox/on-event.js';
import type { OutboxEvent } from '../platform/outbox/outbox-event.js';
import { DEREGISTRATION_EVENTS, type ParticipantRequest } from '../modules/deregistration/deregistration.events.js';
import { DeregistrationService } from '../modules/deregistration/deregistration.service.js';
import { DemoParticipants } from './demo-participants.js';

type Said = Parameters<DeregistrationService['acknowledge']>[2];

/** Plays the other systems: what a real one would answer to the webhook, it answers at once. */
@Injectable()
@Subscriber('demo-participants')
export class DemoParticipantsSubscriber {
  constructor(
    private readonly requests: DeregistrationService,
    private readonly participants: DemoParticipants,
  ) {}

  @OnEvent(DEREGISTRATION_EVENTS.fenceRequested, DEREGISTRATION_EVENTS.erasureRequested)
  async answer(tx: Tx, event: OutboxEvent): Promise<void> {
    const { deregistrationId, participant, phase } = event.data as unknown as ParticipantRequest;
    if (!this.requests.demoParticipants.includes(participant)) return;
    const counts = phase === 'erase' ? { erased: 3, retained: 0 } : { erased: 0, retained: 0 };
    const refuses = phase === 'erase' && this.participants.refuses(participant);
    const said: Said = refuses
      ? { participant, phase, outcome: 'refused', counts: {}, reasonCode: 'demo_refusal' }
      : { participant, phase, outcome: 'done', counts, reasonCode: null };
    await this.requests.acknowledge(tx, deregistrationId, said, `demo-${participant}`);
  }
}
