import { Injectable } from '@nestjs/common';
import { Transactor } from '../../platform/database/transactor.js';
import { AccountsService, type AgeBand } from '../accounts/accounts.service.js';
import { IdentifiersService } from '../accounts/identifiers.service.js';
import type { GuardianConsentEntity } from './guardian-consent.entity.js';
import { GuardianRequestsService } from './guardian-requests.service.js';

/** What the pages show of ward and guardian; both numbers are masked before they leave. */
export interface ConsentFacts {
  readonly phone: string | undefined;
  readonly band: AgeBand | undefined;
  readonly guardianPhone: string;
}

@Injectable()
export class WardFacts {
  constructor(
    private readonly accounts: AccountsService,
    private readonly identifiers: IdentifiersService,
    private readonly requests: GuardianRequestsService,
    private readonly transactor: Transactor,
  ) {}

  async of(consent: GuardianConsentEntity): Promise<ConsentFacts> {
    const { reader } = this.transactor;
    const account = await this.accounts.find(reader, consent.accountId);
    return {
      phone: await this.identifiers.phoneOf(reader, consent.accountId),
      band: account?.band ?? undefined,
      guardianPhone: this.requests.phoneOf(consent),
    };
  }
}
