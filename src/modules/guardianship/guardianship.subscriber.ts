import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactor.js';
import { OnEvent, Subscriber } from '../../platform/outbox/on-event.js';
import type { OutboxEvent } from '../../platform/outbox/outbox-event.js';
import { ACCOUNT_EVENTS } from '../accounts/accounts.events.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { REGISTRATION_EVENTS } from '../registration/registration.events.js';
import { RegistrationService } from '../registration/registration.service.js';
import { GuardianRequestsService } from './guardian-requests.service.js';
import { GuardianshipService } from './guardianship.service.js';

/** What other modules tell: a registration waits for a guardian; somebody came of age. */
@Injectable()
@Subscriber('guardianship')
export class GuardianshipSubscriber {
  constructor(
    private readonly requests: GuardianRequestsService,
    private readonly guardianship: GuardianshipService,
    private readonly registrations: RegistrationService,
    private readonly accounts: AccountsService,
  ) {}

  @OnEvent(REGISTRATION_EVENTS.guardianAwaited)
  async askGuardian(tx: Tx, event: OutboxEvent): Promise<void> {
    if (event.accountId === null) return;
    const account = await this.accounts.lockForUpdate(tx, event.accountId);
    const guardian = await this.registrations.guardianOf(tx, event.accountId);
    if (guardian === undefined || account.state !== 'awaiting_guardian') return;
    const { phone, relationship } = guardian;
    await this.requests.ask(tx, { accountId: account.id, locale: account.locale, phone, relationship });
  }

  @OnEvent(ACCOUNT_EVENTS.cameOfAge)
  async lapseConsent(tx: Tx, event: OutboxEvent): Promise<void> {
    if (event.accountId !== null && event.data['band'] === '18_plus')
      await this.guardianship.lapse(tx, event.accountId);
  }
}
