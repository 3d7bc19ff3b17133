import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { isDomainError } from '../../kernel/domain-error.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { Locale } from '../../platform/http/locale.js';
import { type Account, AccountsService } from '../accounts/accounts.service.js';
import { type Identifier, thirdPartyValue } from '../accounts/identifiers.service.js';
import { AgreementsService } from '../agreements/agreements.service.js';
import type { Person } from './person-sealer.js';
import type { Channel } from './registration.dto.js';
import type { RegistrationRow } from './registration.store.js';

/** The end of a registration that succeeds: account, identifiers and acceptances in one transaction (invariants 1, 2). */
@Injectable()
export class OpenAccountService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly agreements: AgreementsService,
    private readonly clock: Clock,
  ) {}

  /**
   * @param acceptedAt when the person agreed: now for who proves their number, the start for who was held
   * @returns undefined when another account has the number by now; the transaction stays usable
   */
  async open(
    tx: Tx,
    registration: RegistrationRow,
    person: Person,
    how: { state: 'active' | 'awaiting_guardian'; acceptedAt?: Date; actor?: Actor; accountId: string },
  ): Promise<Account | undefined> {
    const { accountId, acceptedAt: at = this.clock.now() } = how;
    const [account, versions] = await Promise.all([
      this.tryOpen(tx, registration, person, how),
      this.agreements.covering(tx, person.acceptances, at),
    ]);
    if (account === undefined) return undefined;
    await this.agreements.acceptOpening(tx, {
      accountId,
      versions,
      how: 'clickwrap',
      channel: registration.channel as Channel,
      ip: person.ip,
      userAgent: person.userAgent ?? '',
      at,
    });
    return account;
  }

  private async tryOpen(
    tx: Tx,
    registration: RegistrationRow,
    person: Person,
    how: { state: 'active' | 'awaiting_guardian'; actor?: Actor; accountId: string },
  ): Promise<Account | undefined> {
    const identifiers = [identifierOf(person)];
    try {
      return await this.accounts.open(tx, {
        accountId: how.accountId,
        state: how.state,
        birthDate: person.birthDate,
        ...(person.displayName === undefined ? {} : { displayName: person.displayName }),
        locale: registration.locale as Locale,
        identifiers,
        actor: how.actor ?? { kind: 'account', id: how.accountId },
      });
    } catch (error) {
      if (isDomainError(error) && error.code === 'identifier_taken') return undefined;
      throw error;
    }
  }
}

/** What the account is reached by: the proven number, or the third-party account that its provider vouched for. */
export function identifierOf({ phone, thirdParty }: Person): Identifier {
  if (phone !== undefined) return { kind: 'phone', value: phone };
  if (thirdParty === undefined)
    throw new Error('a registration that is proven has neither number nor third-party account');
  return { kind: 'third_party', value: thirdPartyValue(thirdParty.issuer, thirdParty.subject) };
}
