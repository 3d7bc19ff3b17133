import { Injectable } from '@nestjs/common';
import { DomainError } from '../../kernel/domain-error.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { AccountsService, isMinorBand } from '../accounts/accounts.service.js';
import { consentLifecycle } from './domain/consent-lifecycle.js';
import type { GuardianConsentEntity } from './guardian-consent.entity.js';
import { GuardianConsentsStore } from './guardian-consents.store.js';
import { GuardianRequestsService } from './guardian-requests.service.js';
import { GUARDIANSHIP_ERRORS } from './guardianship.errors.js';

export interface ConsentRecord {
  readonly consent: GuardianConsentEntity;
  readonly guardianPhone: string;
  readonly evidence: readonly { readonly step: string; readonly method: string; readonly at: Date }[];
}

/** The minor's own side: seeing the request, and naming another guardian when the first could not be one. */
@Injectable()
export class MyGuardianService {
  constructor(
    private readonly store: GuardianConsentsStore,
    private readonly requests: GuardianRequestsService,
    private readonly accounts: AccountsService,
    private readonly transactor: Transactor,
  ) {}

  /** @throws DomainError not_found when nobody was ever asked */
  async current(accountId: string): Promise<ConsentRecord> {
    const consent = await this.store.latestOf(this.transactor.reader, accountId);
    if (!consent) throw new DomainError(HTTP_ERRORS.not_found);
    return this.recordOf(consent);
  }

  async history(accountId: string): Promise<ConsentRecord[]> {
    const consents = await this.store.listOf(this.transactor.reader, accountId);
    return Promise.all(consents.map((consent) => this.recordOf(consent)));
  }

  /**
   * Asks another guardian: after a refusal, an expiry or a revocation, or to correct a mistyped number.
   * @throws DomainError not_a_minor, guardian_consent_pending (already granted), guardian_not_acceptable
   */
  async name(accountId: string, phone: string, relationship: string, once: Once): Promise<{ consentId: string }> {
    return this.transactor.once(once, async (tx) => {
      const account = await this.accounts.lockForUpdate(tx, accountId);
      await this.accounts.assertWritable(tx, accountId);
      if (account.band === null || !isMinorBand(account.band)) throw new DomainError(GUARDIANSHIP_ERRORS.not_a_minor);
      const present = await this.store.latestOf(tx, accountId);
      if (present && !consentLifecycle.isTerminal(present.state))
        throw new DomainError(GUARDIANSHIP_ERRORS.guardian_consent_pending);
      return { consentId: await this.requests.ask(tx, { accountId, phone, relationship, locale: account.locale }) };
    });
  }

  private async recordOf(consent: GuardianConsentEntity): Promise<ConsentRecord> {
    return {
      consent,
      guardianPhone: this.requests.phoneOf(consent),
      evidence: await this.store.evidenceOf(this.transactor.reader, consent.id),
    };
  }
}
