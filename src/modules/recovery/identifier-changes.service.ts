import { Injectable, Logger } from '@nestjs/common';
import { type Actor, ANONYMOUS, SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod } from '../../kernel/period.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import type { Locale } from '../../platform/http/locale.js';
import type { PhoneNumber } from '../../platform/phone/phone-number.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { FreezeService } from '../accounts/freeze.service.js';
import { IdentifiersService } from '../accounts/identifiers.service.js';
import { RebindService } from '../accounts/rebind.service.js';
import { StepUpService } from '../accounts/step-up.service.js';
import { refusalOfCode, VerificationService } from '../verification/verification.service.js';
import { ChangeNotices } from './change-notices.js';
import {
  type ChangeCommand,
  type ChangeState,
  identifierChangeLifecycle,
} from './domain/identifier-change-lifecycle.js';
import type { IdentifierChangeRow } from './identifier-change.entity.js';
import { RecoveryConfig } from './recovery.config.js';
import { RECOVERY_ERRORS } from './recovery.errors.js';
import { RECOVERY_EVENTS } from './recovery.events.js';
import { RecoveryJournal } from './recovery-journal.js';
import { RecoveryStore } from './recovery.store.js';

/** A change without the number itself. */
export interface ChangeView {
  readonly id: string;
  readonly state: ChangeState;
  readonly origin: 'owner' | 'recovery';
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly effectiveAt: string | null;
  readonly failure: string | null;
}

const EVENT_OF: Readonly<Record<ChangeCommand, string>> = {
  prove: RECOVERY_EVENTS.changeProved,
  complete: RECOVERY_EVENTS.changeCompleted,
  object: RECOVERY_EVENTS.changeObjected,
  withdraw: RECOVERY_EVENTS.changeWithdrawn,
  expire: RECOVERY_EVENTS.changeExpired,
  fail: RECOVERY_EVENTS.changeFailed,
};

/** Binding a new number: by the signed-in owner (2.3(1)), or after an accepted appeal (2.4). */
@Injectable()
export class IdentifierChangesService {
  private readonly log = new Logger('IdentifierChanges');

  constructor(
    private readonly store: RecoveryStore,
    private readonly accounts: AccountsService,
    private readonly identifiers: IdentifiersService,
    private readonly rebinding: RebindService,
    private readonly stepUp: StepUpService,
    private readonly freezes: FreezeService,
    private readonly codes: VerificationService,
    private readonly notices: ChangeNotices,
    private readonly journal: RecoveryJournal,
    private readonly transactor: Transactor,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
    private readonly config: RecoveryConfig,
  ) {}

  /**
   * The owner proves the old number (`code`, purpose `identifier_change`), then a code goes to the new one. Whether the
   * new number belongs to somebody is told only to who has proved to hold it (row 9).
   */
  async request(
    once: Once,
    accountId: string,
    what: { phone: PhoneNumber; code: string; locale: Locale },
  ): Promise<ChangeView> {
    const actor: Actor = { kind: 'account', id: accountId };
    const outcome = await this.transactor.once(once, async (tx) => {
      await this.accounts.lockFor(tx, accountId, 'change_identifier');
      const check = await this.stepUp.check(tx, accountId, 'identifier_change', what.code);
      if (!check.right) return { refused: check.attemptsLeft };
      await this.makeRoom(tx, accountId, actor, false);
      if ((await this.identifiers.phoneOf(tx, accountId)) === what.phone.e164) {
        throw new DomainError(RECOVERY_ERRORS.identifier_unchanged);
      }
      const now = this.clock.now();
      const change = this.newChange(accountId, what.phone.e164, what.locale, {
        origin: 'owner',
        appealId: null,
        state: 'requested',
        expiresAt: addPeriod(now, this.config.proofWithin),
        effectiveAt: null,
      });
      await this.store.insertChange(tx, change);
      await this.codes.issue(tx, {
        purpose: 'identifier_change',
        subjectId: change.id,
        to: what.phone.e164,
        locale: what.locale,
        accountId,
      });
      await this.note(tx, RECOVERY_EVENTS.changeRequested, change, actor);
      return { change: viewOf(change) };
    });
    if ('refused' in outcome) throw refusalOfCode({ attemptsLeft: outcome.refused });
    return outcome.change;
  }

  /** The new number is proved; the old one is told, and time runs in which it may object. */
  async prove(once: Once, accountId: string, changeId: string, code: string): Promise<ChangeView> {
    const actor: Actor = { kind: 'account', id: accountId };
    const outcome = await this.transactor.once(once, async (tx) => {
      await this.accounts.lockFor(tx, accountId, 'change_identifier');
      const change = await this.mustLock(tx, changeId, accountId);
      const now = this.clock.now();
      if (change.state === 'requested' && change.expiresAt <= now) {
        return { change: viewOf(await this.move(tx, change, 'expire', actor)) };
      }
      identifierChangeLifecycle.move(change.state, 'prove');
      const check = await this.codes.check(tx, { purpose: 'identifier_change', subjectId: change.id, code });
      if (!check.right) return { refused: check.attemptsLeft };
      if (!(await this.isFree(tx, this.numberOf(change)))) {
        await this.move(tx, change, 'withdraw', actor, { failure: 'identifier_taken' });
        return { taken: true };
      }
      const proved = await this.move(tx, change, 'prove', actor, {
        effectiveAt: addPeriod(now, this.config.changeCooling),
      });
      await this.notices.changeComing(tx, proved, await this.identifiers.contactsOf(tx, accountId));
      return { change: viewOf(proved) };
    });
    if ('refused' in outcome) throw refusalOfCode({ attemptsLeft: outcome.refused });
    if ('taken' in outcome) throw new DomainError(RECOVERY_ERRORS.identifier_refused);
    return outcome.change;
  }

  /** After an accepted appeal; its number was proved when it was filed. The account is locked. */
  async openForAppeal(
    tx: Tx,
    accountId: string,
    appeal: { id: string; phone: string; locale: Locale },
    actor: Actor,
  ): Promise<ChangeView> {
    await this.makeRoom(tx, accountId, actor, true);
    const now = this.clock.now();
    const effectiveAt = addPeriod(now, this.config.rebindingDelay);
    const change = this.newChange(accountId, appeal.phone, appeal.locale, {
      origin: 'recovery',
      appealId: appeal.id,
      state: 'cooling_off',
      expiresAt: effectiveAt,
      effectiveAt,
    });
    await this.store.insertChange(tx, change);
    await this.note(tx, RECOVERY_EVENTS.changeProved, change, actor);
    await this.notices.changeComing(tx, change, await this.identifiers.contactsOf(tx, accountId));
    return viewOf(change);
  }

  async list(accountId: string): Promise<ChangeView[]> {
    return (await this.store.changesOf(this.transactor.reader, accountId)).map(viewOf);
  }

  /** @throws DomainError identifier_change_not_found, wrong_state */
  withdraw(accountId: string, changeId: string): Promise<ChangeView> {
    return this.transactor.run(async (tx) => {
      await this.accounts.lockFor(tx, accountId, 'read');
      const change = await this.mustLock(tx, changeId, accountId);
      // Only an owner's change is the owner's to withdraw; against an appeal one objects.
      if (change.origin === 'recovery') throw new DomainError(RECOVERY_ERRORS.identifier_change_not_found);
      return viewOf(await this.move(tx, change, 'withdraw', { kind: 'account', id: accountId }));
    });
  }

  /** By a signed-in holder of the account. */
  objectAsOwner(accountId: string, changeId: string): Promise<ChangeView> {
    return this.object(accountId, changeId, { kind: 'account', id: accountId });
  }

  /** By whoever got the notice at an old number. @throws DomainError objection_link_invalid */
  async objectByLink(token: string): Promise<ChangeView> {
    const changeId = this.notices.readObjection(token);
    const change = changeId === undefined ? undefined : await this.store.findChange(this.transactor.reader, changeId);
    if (change?.state !== 'cooling_off') throw new DomainError(RECOVERY_ERRORS.objection_link_invalid);
    return this.object(change.accountId, change.id, ANONYMOUS);
  }

  /** Changes whose time has come, each on its own: one that fails does not hold up the others. @returns how many went */
  async settleDue(limit: number): Promise<number> {
    let settled = 0;
    for (const id of await this.store.dueChanges(this.transactor.reader, this.clock.now(), limit)) {
      try {
        await this.settle(id, SYSTEM);
        settled += 1;
      } catch (error) {
        this.log.error(`identifier change ${id} was not settled`, error instanceof Error ? error.stack : undefined);
      }
    }
    return settled;
  }

  /** One due change: completed, expired or failed, each in its own transaction. Already done is fine. */
  private settle(changeId: string, actor: Actor): Promise<void> {
    return this.transactor.run(async (tx) => {
      const seen = await this.store.findChange(tx, changeId);
      if (seen === undefined) return;
      const account = await this.accounts.lockForUpdate(tx, seen.accountId);
      const change = await this.mustLock(tx, changeId, account.id);
      const now = this.clock.now();
      if (change.state === 'requested' && change.expiresAt <= now) {
        await this.move(tx, change, 'expire', actor);
      } else if (change.state === 'cooling_off' && change.effectiveAt !== null && change.effectiveAt <= now) {
        await this.complete(tx, change, account, actor);
      }
    });
  }

  /** Status is looked at now, not when the change was asked for (row 8). */
  private async complete(
    tx: Tx,
    change: IdentifierChangeRow,
    account: Awaited<ReturnType<AccountsService['lockForUpdate']>>,
    actor: Actor,
  ): Promise<void> {
    const number = this.numberOf(change);
    const allowed =
      account.tombstonedAt === null &&
      (change.origin === 'recovery'
        ? ['active', 'frozen', 'closed'].includes(account.state)
        : account.state === 'active');
    if (!allowed) return this.fail(tx, change, actor, 'account_state');
    if (!(await this.isFree(tx, number, account.id))) return this.fail(tx, change, actor, 'identifier_taken');
    const reason = change.origin === 'recovery' ? 'recovered' : 'identifier_changed';
    const old = await this.rebinding.rebind(tx, account.id, { phone: number, reason, actor });
    await this.move(tx, change, 'complete', actor);
    await this.endAppeal(tx, change, 'completed', actor);
    await this.notices.changeDone(tx, change, [...old, number]);
  }

  private async fail(tx: Tx, change: IdentifierChangeRow, actor: Actor, failure: string): Promise<void> {
    await this.move(tx, change, 'fail', actor, { failure });
    await this.endAppeal(tx, change, 'failed', actor);
  }

  /**
   * Against an owner's change an objection means that somebody else holds the session: the account is frozen and a case
   * opened. Against an appeal it means that the account has its owner, who goes on.
   */
  private object(accountId: string, changeId: string, actor: Actor): Promise<ChangeView> {
    return this.transactor.run(async (tx) => {
      const account = await this.accounts.lockForUpdate(tx, accountId);
      const change = await this.mustLock(tx, changeId, accountId);
      const objected = await this.move(tx, change, 'object', actor);
      await this.endAppeal(tx, change, 'objected', actor);
      if (change.origin === 'owner' && account.state === 'active') {
        await this.freezes.freezeLocked(tx, account, actor, { misuse: true });
      }
      return viewOf(objected);
    });
  }

  /** @param force an accepted appeal outranks a change that whoever holds the account has begun */
  private async makeRoom(tx: Tx, accountId: string, actor: Actor, force: boolean): Promise<void> {
    const live = await this.store.liveChange(tx, accountId);
    if (live === undefined) return;
    if (live.state === 'cooling_off' && !force) throw new DomainError(RECOVERY_ERRORS.identifier_change_pending);
    await this.move(tx, live, 'withdraw', actor, { failure: 'superseded' });
  }

  private async isFree(tx: Tx, number: string, except?: string): Promise<boolean> {
    const holder = await this.identifiers.findAccountBy(tx, 'phone', number);
    if (holder !== undefined && holder !== except) return false;
    return (await this.identifiers.isBarred(tx, 'phone', number)) === undefined;
  }

  private async endAppeal(
    tx: Tx,
    change: IdentifierChangeRow,
    state: 'completed' | 'objected' | 'failed',
    actor: Actor,
  ): Promise<void> {
    if (change.appealId === null) return;
    if (!(await this.store.endAppeal(tx, change.appealId, state, this.clock.now()))) return;
    await this.journal.note(tx, {
      type: RECOVERY_EVENTS.appealEnded,
      actor,
      target: { kind: 'recovery_appeal', id: change.appealId },
      accountId: change.accountId,
      data: { state },
    });
  }

  private async move(
    tx: Tx,
    change: IdentifierChangeRow,
    command: ChangeCommand,
    actor: Actor,
    set: Partial<Pick<IdentifierChangeRow, 'effectiveAt' | 'failure'>> = {},
  ): Promise<IdentifierChangeRow> {
    const state = identifierChangeLifecycle.move(change.state, command);
    const ended = identifierChangeLifecycle.isTerminal(state) ? { endedAt: this.clock.now() } : {};
    const moved = { ...change, ...set, ...ended, state };
    await this.store.saveChange(tx, moved);
    await this.note(tx, EVENT_OF[command], moved, actor);
    return { ...moved, version: moved.version + 1 };
  }

  private note(tx: Tx, type: string, change: IdentifierChangeRow, actor: Actor): Promise<void> {
    return this.journal.note(tx, {
      type,
      actor,
      target: { kind: 'identifier_change', id: change.id },
      accountId: change.accountId,
      data: {
        origin: change.origin,
        state: change.state,
        ...(change.failure === null ? {} : { failure: change.failure }),
        ...(change.effectiveAt === null ? {} : { effectiveAt: change.effectiveAt.toISOString() }),
      },
    });
  }

  /** Another account's change is one that does not exist (row 14). */
  private async mustLock(tx: Tx, changeId: string, accountId: string): Promise<IdentifierChangeRow> {
    const change = await this.store.lockChange(tx, changeId);
    if (change?.accountId !== accountId) throw new DomainError(RECOVERY_ERRORS.identifier_change_not_found);
    return change;
  }

  private numberOf(change: IdentifierChangeRow): string {
    return this.cipher.openText(change.newValue, columnContext('identifier_changes', 'new_value', change.id));
  }

  private newChange(
    accountId: string,
    number: string,
    locale: Locale,
    how: Pick<IdentifierChangeRow, 'origin' | 'appealId' | 'state' | 'expiresAt' | 'effectiveAt'>,
  ): IdentifierChangeRow {
    const id = newId();
    return {
      id,
      accountId,
      failure: null,
      newValue: this.cipher.seal(number, columnContext('identifier_changes', 'new_value', id)),
      locale,
      version: 1,
      requestedAt: this.clock.now(),
      endedAt: null,
      ...how,
    };
  }
}

const viewOf = (c: IdentifierChangeRow): ChangeView => ({
  id: c.id,
  state: c.state,
  origin: c.origin,
  requestedAt: c.requestedAt.toISOString(),
  expiresAt: c.expiresAt.toISOString(),
  effectiveAt: c.effectiveAt?.toISOString() ?? null,
  failure: c.failure,
});
