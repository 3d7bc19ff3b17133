import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactor.js';
import { OnEvent, Subscriber } from '../../platform/outbox/on-event.js';
import type { OutboxEvent } from '../../platform/outbox/outbox-event.js';
import { ACCOUNT_EVENTS } from '../accounts/accounts.events.js';
import { InformationCorrectionsService } from './information-corrections.service.js';

/** Withdraws open corrections once their account is being deregistered. */
@Injectable()
@Subscriber('information')
export class InformationSubscriber {
  constructor(private readonly corrections: InformationCorrectionsService) {}

  @OnEvent(ACCOUNT_EVENTS.stateChanged)
  async stateChanged(tx: Tx, event: OutboxEvent): Promise<void> {
    if (event.accountId === null || event.data['to'] !== 'deregistering') return;
    await this.corrections.withdrawAll(tx, event.accountId);
  }
}
