import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { legalDay } from '../../kernel/period.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import type { Locale } from '../../platform/http/locale.js';
import { type Account, type AccountDetails, accountOf, type MoveOptions, type NewAccount } from './account.record.js';
import { AccountJournal } from './account-journal.js';
import type { AccountRow } from './account.entity.js';
import { AccountsConfig } from './accounts.config.js';
import { ACCOUNT_ERRORS } from './accounts.errors.js';
import { ACCOUNT_EVENTS } from './accounts.events.js';
import { AccountsStore } from './accounts.store.js';
import { type Act, mayDo } from './domain/access.js';
import { type AccountCommand, type AccountState, decide } from './domain/account-lifecycle.js';
import { type AgeBand, type BandAges, bandCheckAfter, bandOn } from './domain/age.js';
import { IdentifiersService } from './identifiers.service.js';
import { StandingService } from './standing.service.js';

export type { Account, AccountDetails, MoveOptions, NewAccount } from './account.record.js';
export type { Act } from './domain/access.js';
export type { AccountCommand, AccountState } from './domain/account-lifecycle.js';
export { type AgeBand, isMinorBand } from './domain/age.js';

/** The account itself: opening it, locking it, moving it from state to state. Everything else hangs on its row. */
@Injectable()
export class AccountsService {
  private readonly ages: BandAges;

  constructor(
    private readonly store: AccountsStore,
    private readonly identifiers: IdentifiersService,
    private readonly standing: StandingService,
    private readonly journal: AccountJournal,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
    config: AccountsConfig,
  ) {
    this.ages = {
      contractCapacity: config.contractCapacityAge,
      dataConsent: config.dataConsentAge,
      majority: config.majorityAge,
    };
  }

  /** The band of clause 2.1 that somebody is in, now or on another day. */
  bandOf(birthDate: string, at: Date = this.clock.now()): AgeBand {
    return bandOn(birthDate, legalDay(at), this.ages);
  }

  /**
   * Opens an account with its identifiers: the end of a registration.
   * @throws DomainError identifier_taken: of concurrent registrations of one number one gets through (invariant 1)
   */
  async open(tx: Tx, what: NewAccount): Promise<Account> {
    const now = this.clock.now();
    const id = what.accountId ?? newId();
    const band = this.bandOf(what.birthDate, now);
    for (const identifier of what.identifiers) await this.identifiers.claim(tx, id, identifier);
    const row = {
      id,
      state: what.state,
      stateChangedAt: now,
      version: 1,
      band,
      bandCheckAt: this.nextBandCheck(what.birthDate, now),
      birthDate: this.cipher.seal(what.birthDate, columnContext('accounts', 'birth_date', id)),
      displayName: this.sealedName(id, what.displayName),
      locale: what.locale,
      improvementObjection: false,
      standingVersion: 1,
      standingChangedAt: now,
      standingDueAt: null,
      createdAt: now,
      updatedAt: now,
    } as const;
    await this.store.insert(tx, row);
    await this.journal.note(tx, {
      type: ACCOUNT_EVENTS.registered,
      accountId: id,
      actor: what.actor,
      clauses: ['2.2'],
      data: { state: what.state, band, identifierKinds: [...new Set(what.identifiers.map((i) => i.kind))] },
    });
    return accountOf({ ...row, stateBeforeClosure: null, stateBeforeDeregistration: null, tombstonedAt: null });
  }

  /**
   * Locks the account row, the first lock of every transaction that changes anything of an account.
   * @throws DomainError account_not_found
   */
  async lockForUpdate(tx: Tx, accountId: string): Promise<Account> {
    const found = await this.store.lock(tx, accountId);
    if (found === undefined) throw new DomainError(ACCOUNT_ERRORS.account_not_found);
    return accountOf(found);
  }

  /** Where `move` would lead. @throws DomainError wrong_state */
  stateAfter(account: Account, command: AccountCommand): AccountState {
    return decide(account, command).state;
  }

  /**
   * Moves a locked account: state, version, standing, audit and events together. Deregistration withdrawn or rejected is
   * `restore`; the person's place before it comes back exactly.
   * @throws DomainError wrong_state, stale_version
   */
  async move(tx: Tx, account: Account, command: AccountCommand, options: MoveOptions): Promise<Account> {
    const next = decide(account, command);
    const now = this.clock.now();
    await this.standing.changeInOne(tx, account.id, async () => {
      if (!(await this.store.saveStatus(tx, account, next, now))) throw new DomainError(HTTP_ERRORS.stale_version);
      return true;
    });
    await this.journal.note(tx, {
      type: ACCOUNT_EVENTS.stateChanged,
      accountId: account.id,
      actor: options.actor,
      clauses: options.clauses,
      data: { from: account.state, to: next.state, command, ...options.data },
    });
    return {
      ...account,
      ...next,
      version: account.version + 1,
      stateChangedAt: next.state === account.state ? account.stateChangedAt : now,
      tombstonedAt: next.state === 'deregistered' ? (account.tombstonedAt ?? now) : account.tombstonedAt,
      updatedAt: now,
    };
  }

  /**
   * Asked by every path that writes anything of an account, in its own transaction: after the point of no return nothing
   * is written any more (2.5). Holds a shared lock, so that the tombstone waits for this commit or this sees it.
   * @throws DomainError account_not_found, account_gone
   */
  async assertWritable(tx: Tx, accountId: string): Promise<Account> {
    const found = await this.store.lockShared(tx, accountId);
    if (found === undefined) throw new DomainError(ACCOUNT_ERRORS.account_not_found);
    refuseGone(found);
    return accountOf(found);
  }

  /**
   * Locks the account and refuses what its holder may not do in its present state: status is looked at when a flow ends,
   * not when it began (row 8).
   * @throws DomainError account_not_found, account_gone, not_in_this_state
   */
  async lockFor(tx: Tx, accountId: string, act: Act): Promise<Account> {
    const account = await this.lockForUpdate(tx, accountId);
    refuseGone(account);
    this.assertMay(account, act);
    return account;
  }

  /** @throws DomainError not_in_this_state */
  assertMay(account: Pick<Account, 'state'>, act: Act): void {
    if (mayDo(account.state, act)) return;
    throw new DomainError(ACCOUNT_ERRORS.not_in_this_state, { extra: { state: account.state, act } });
  }

  /** The point of no return (2.5): from this commit on `assertWritable` refuses. Idempotent. */
  async tombstone(tx: Tx, accountId: string): Promise<void> {
    await this.store.tombstone(tx, accountId, this.clock.now());
  }

  async find(reader: Tx, accountId: string): Promise<Account | undefined> {
    const found = await this.store.find(reader, accountId);
    return found === undefined ? undefined : accountOf(found);
  }

  /** Accounts that were opened in a span, oldest first; only of those given where some are. */
  createdBetween(
    reader: Tx,
    span: { from?: Date | undefined; to?: Date | undefined; among?: readonly string[] | undefined },
    limit: number,
  ): Promise<string[]> {
    return this.store.createdBetween(reader, span, limit);
  }

  /** What is sealed in the account, opened. @throws DomainError account_not_found */
  async detailsOf(reader: Tx, accountId: string): Promise<AccountDetails> {
    const found = await this.store.find(reader, accountId);
    if (found === undefined) throw new DomainError(ACCOUNT_ERRORS.account_not_found);
    const open = (column: string, sealed: Buffer | null): string | null =>
      sealed === null ? null : this.cipher.openText(sealed, columnContext('accounts', column, accountId));
    return {
      birthDate: open('birth_date', found.birthDate),
      displayName: open('display_name', found.displayName),
    };
  }

  /** Name, language or birth date (2.3(1)); the account is locked, and who may change what is the caller's rule. */
  async changeProfile(
    tx: Tx,
    account: Account,
    change: { displayName?: string; locale?: Locale; birthDate?: string },
    options: { actor: Actor; clauses: readonly string[] },
  ): Promise<Account> {
    const now = this.clock.now();
    const { birthDate } = change;
    const write = async (): Promise<boolean> => {
      const saved = await this.store.saveProfile(
        tx,
        account,
        {
          ...(change.displayName === undefined ? {} : { displayName: this.sealedName(account.id, change.displayName) }),
          ...(change.locale === undefined ? {} : { locale: change.locale }),
          ...(birthDate === undefined
            ? {}
            : {
                birthDate: this.cipher.seal(birthDate, columnContext('accounts', 'birth_date', account.id)),
                band: this.bandOf(birthDate, now),
                bandCheckAt: this.nextBandCheck(birthDate, now),
              }),
        },
        now,
      );
      if (!saved) throw new DomainError(HTTP_ERRORS.stale_version);
      return birthDate !== undefined;
    };
    // Age is part of standing; a name is not.
    if (birthDate === undefined) await write();
    else await this.standing.change(tx, account.id, write);
    await this.journal.note(tx, {
      type: ACCOUNT_EVENTS.profileChanged,
      accountId: account.id,
      actor: options.actor,
      clauses: options.clauses,
      data: { fields: Object.keys(change) },
    });
    return {
      ...account,
      version: account.version + 1,
      updatedAt: now,
      ...(change.locale === undefined ? {} : { locale: change.locale }),
      ...(birthDate === undefined ? {} : { band: this.bandOf(birthDate, now) }),
    };
  }

  /** When the band must be looked at again (`bandCheckAfter`). */
  nextBandCheck(birthDate: string, now: Date): Date | null {
    return bandCheckAfter(birthDate, now, this.ages);
  }

  private sealedName(accountId: string, name: string | undefined): Buffer | null {
    return name === undefined ? null : this.cipher.seal(name, columnContext('accounts', 'display_name', accountId));
  }
}

function refuseGone(account: Pick<AccountRow, 'state' | 'tombstonedAt'>): void {
  if (account.tombstonedAt !== null || account.state === 'deregistered') {
    throw new DomainError(ACCOUNT_ERRORS.account_gone);
  }
}
