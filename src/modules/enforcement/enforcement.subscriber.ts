import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactor.js';
import { OnEvent, Subscriber } from '../../platform/outbox/on-event.js';
import type { OutboxEvent } from '../../platform/outbox/outbox-event.js';
import { ACCOUNT_EVENTS } from '../accounts/accounts.events.js';
import { RectifyService } from './sanctions/rectify.service.js';

/** Reacts to an account being gone; decisions about it are kept, as clause 2.5(2) allows. */
@Injectable()
@Subscriber('enforcement')
export class EnforcementSubscriber {
  constructor(private readonly rectifying: RectifyService) {}

  @OnEvent(ACCOUNT_EVENTS.stateChanged)
  async stateChanged(tx: Tx, event: OutboxEvent): Promise<void> {
    if (event.accountId === null || event.data['to'] !== 'deregistered') return;
    await this.rectifying.endOf(tx, event.accountId);
  }
}
