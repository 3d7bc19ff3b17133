import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { Tx } from '../../platform/database/transactor.js';
import { type Account, AccountsService, isMinorBand } from '../accounts/accounts.service.js';
import { GuardianshipService } from '../guardianship/guardianship.service.js';
import { ReconsentService } from '../reconsent/reconsent.service.js';

/** A birth date that was wrong, put right: everything that hangs on the age follows in the same transaction (2.1). */
@Injectable()
export class BirthDatesService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly guardianship: GuardianshipService,
    private readonly reconsent: ReconsentService,
  ) {}

  async correct(
    tx: Tx,
    account: Account,
    birthDate: string,
    how: { readonly actor: Actor; readonly clauses: readonly string[] },
  ): Promise<void> {
    const before = account.band;
    const after = this.accounts.bandOf(birthDate);
    await this.accounts.changeProfile(tx, account, { birthDate }, how);
    if (before === null || before === after) return;
    if (isMinorBand(after)) {
      // Younger than was thought: no use before a guardian consents. An account that waits for one already goes on waiting.
      if (!isMinorBand(before)) await this.guardianship.needConsent(tx, account.id);
      return;
    }
    // Of age after all: nobody has to consent, and what a guardian agreed to is asked of the person.
    await this.guardianship.lapse(tx, account.id);
    await this.reconsent.cameOfAge(tx, account.id, after);
  }
}
