import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import type { Locale } from '../../platform/http/locale.js';
import { AccountJournal } from './account-journal.js';
import { ACCOUNT_ERRORS } from './accounts.errors.js';
import { ACCOUNT_EVENTS } from './accounts.events.js';
import { type Account, type AccountDetails, AccountsService } from './accounts.service.js';
import { AccountsStore } from './accounts.store.js';
import { DisplayNamesService } from './display-names.service.js';
import { type HeldIdentifier, IdentifiersService } from './identifiers.service.js';
import { StandingService } from './standing.service.js';

export interface Profile {
  readonly account: Account;
  readonly details: AccountDetails;
  readonly identifiers: readonly HeldIdentifier[];
}

export interface ObjectionChange {
  readonly objects: boolean;
  readonly at: Date;
}

/** What an account says about its owner, and what the owner may change of it. */
@Injectable()
export class ProfileService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly store: AccountsStore,
    private readonly identifiers: IdentifiersService,
    private readonly standing: StandingService,
    private readonly names: DisplayNamesService,
    private readonly journal: AccountJournal,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError account_not_found */
  async of(accountId: string, reader: Tx = this.transactor.reader): Promise<Profile> {
    const account = await this.accounts.find(reader, accountId);
    if (account === undefined) throw new DomainError(ACCOUNT_ERRORS.account_not_found);
    const [details, identifiers] = await Promise.all([
      this.accounts.detailsOf(reader, accountId),
      this.identifiers.heldBy(reader, accountId),
    ]);
    return { account, details, identifiers };
  }

  /** @throws DomainError account_not_found */
  async mustExist(accountId: string): Promise<void> {
    if (!(await this.store.exists(this.transactor.reader, accountId))) {
      throw new DomainError(ACCOUNT_ERRORS.account_not_found);
    }
  }

  /** Keeping one's information current (2.3(1)). */
  async edit(accountId: string, change: { displayName?: string; locale?: Locale }): Promise<Profile> {
    const name = change.displayName === undefined ? {} : { displayName: await this.names.accept(change.displayName) };
    await this.transactor.run(async (tx) => {
      const account = await this.accounts.lockFor(tx, accountId, 'edit_profile');
      const accepted = { ...name, ...(change.locale === undefined ? {} : { locale: change.locale }) };
      if (Object.keys(accepted).length === 0) return;
      await this.accounts.changeProfile(tx, account, accepted, {
        actor: { kind: 'account', id: accountId },
        clauses: ['2.3(1)', 'REG-5'],
      });
    });
    return this.of(accountId);
  }

  /** Objecting to the use of one's inputs and outputs for improvement, or no longer (4.3). Saying it again is no change. */
  async setObjection(accountId: string, objects: boolean): Promise<void> {
    await this.transactor.run(async (tx) => {
      const account = await this.accounts.lockFor(tx, accountId, 'object_to_data_use');
      if (account.improvementObjection === objects) return;
      const entry = { id: newId(), objects, actorKind: 'account', at: this.clock.now() };
      await this.standing.change(tx, accountId, async () => {
        await this.store.saveObjection(tx, accountId, entry);
        return true;
      });
      await this.journal.note(tx, {
        type: ACCOUNT_EVENTS.dataUseObjectionChanged,
        accountId,
        actor: { kind: 'account', id: accountId },
        clauses: ['4.3', 'REG-10'],
        data: { objects },
      });
    });
  }

  async objections(accountId: string): Promise<ObjectionChange[]> {
    const found = await this.store.objections(this.transactor.reader, accountId);
    return found.map(({ objects, at }) => ({ objects, at }));
  }

  /**
   * Names, birth date and identifiers in clear, for one stated reason. The reason and what was opened are recorded in the
   * transaction that opens it: nobody looks without a trace.
   */
  disclose(
    accountId: string,
    request: { actor: { kind: 'staff'; id: string; role?: string }; reason: string; reference?: string },
  ): Promise<Profile> {
    return this.transactor.run(async (tx) => {
      const profile = await this.of(accountId, tx);
      await this.journal.noteQuietly(tx, {
        type: 'account.disclosed',
        accountId,
        actor: request.actor,
        clauses: ['2.4'],
        details: {
          reason: request.reason,
          ...(request.reference === undefined ? {} : { reference: request.reference }),
        },
      });
      return profile;
    });
  }
}
