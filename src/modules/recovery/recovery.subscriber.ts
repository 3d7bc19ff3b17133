import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactor.js';
import { OnEvent, Subscriber } from '../../platform/outbox/on-event.js';
import type { OutboxEvent } from '../../platform/outbox/outbox-event.js';
import { ACCOUNT_EVENTS } from '../accounts/accounts.events.js';
import { MisuseReportsService } from './misuse-reports.service.js';

/** An account that its owner froze because somebody else uses it becomes work for a person (2.4). */
@Injectable()
@Subscriber('recovery')
export class RecoverySubscriber {
  constructor(private readonly reports: MisuseReportsService) {}

  @OnEvent(ACCOUNT_EVENTS.frozen)
  async frozen(tx: Tx, event: OutboxEvent): Promise<void> {
    if (event.accountId === null || event.data['reportedMisuse'] !== true) return;
    await this.reports.open(tx, event.accountId, event.at);
  }

  @OnEvent(ACCOUNT_EVENTS.unfrozen)
  async unfrozen(tx: Tx, event: OutboxEvent): Promise<void> {
    if (event.accountId !== null) await this.reports.lowerPriority(tx, event.accountId);
  }
}
