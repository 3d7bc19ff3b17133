import { Injectable } from '@nestjs/common';
import { isDomainError } from '../../kernel/domain-error.js';
import type { Tx } from '../../platform/database/transactor.js';
import { OnEvent, Subscriber } from '../../platform/outbox/on-event.js';
import type { OutboxEvent } from '../../platform/outbox/outbox-event.js';
import { ACCOUNT_EVENTS } from '../accounts/accounts.events.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { RECONSENT_EVENTS } from '../reconsent/reconsent.events.js';
import { REGISTRATION_EVENTS } from '../registration/registration.events.js';
import { RegistrationService } from '../registration/registration.service.js';
import { AcceptForWardService } from './accept-for-ward.service.js';
import { GuardianRequestsService } from './guardian-requests.service.js';
import { GuardianshipService } from './guardianship.service.js';
import { WaitingWards } from './waiting-wards.service.js';

/** What other modules tell: a registration waits for a guardian; somebody came of age. */
@Injectable()
@Subscriber('guardianship')
export class GuardianshipSubscriber {
  constructor(
    private readonly requests: GuardianRequestsService,
    private readonly guardianship: GuardianshipService,
    private readonly registrations: RegistrationService,
    private readonly accounts: AccountsService,
    private readonly waiting: WaitingWards,
    private readonly acceptances: AcceptForWardService,
  ) {}

  @OnEvent(REGISTRATION_EVENTS.guardianAwaited)
  async askGuardian(tx: Tx, event: OutboxEvent): Promise<void> {
    if (event.accountId === null) return;
    const account = await this.accounts.lockForUpdate(tx, event.accountId);
    if (account.state === 'awaiting_guardian') await this.waiting.begin(tx, account.id);
    const guardian = await this.registrations.guardianOf(tx, event.accountId);
    if (guardian === undefined || account.state !== 'awaiting_guardian') return;
    const { phone, relationship } = guardian;
    try {
      await this.requests.ask(tx, { accountId: account.id, locale: account.locale, phone, relationship });
    } catch (error) {
      // Whom the minor named cannot be the guardian: nothing was written, the minor names another one or waiting ends.
      if (!isDomainError(error) || error.code !== 'guardian_not_acceptable') throw error;
    }
  }

  @OnEvent(RECONSENT_EVENTS.guardianAcceptanceAsked)
  async askForAcceptance(tx: Tx, event: OutboxEvent): Promise<void> {
    if (event.accountId === null) return;
    await this.accounts.lockForUpdate(tx, event.accountId);
    await this.acceptances.ask(tx, event.accountId);
  }

  @OnEvent(ACCOUNT_EVENTS.cameOfAge)
  async lapseConsent(tx: Tx, event: OutboxEvent): Promise<void> {
    if (event.accountId !== null && event.data['band'] === '18_plus')
      await this.guardianship.lapse(tx, event.accountId);
  }
}
