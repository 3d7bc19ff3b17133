import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { Locale } from '../../platform/http/locale.js';
import { IdentifiersService } from '../accounts/identifiers.service.js';
import { GuardianshipService } from '../guardianship/guardianship.service.js';
import { type AppealSubject, isAboutGuardian } from './domain/appeal-subject.js';
import {
  type ChangeCommand,
  type ChangeState,
  identifierChangeLifecycle,
} from './domain/identifier-change-lifecycle.js';
import type { IdentifierChangeRow } from './identifier-change.entity.js';
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

/** A change of the guardian's number is no change of the account's: who reads `identifier_change.completed` rebinds a number. */
const GUARDIAN_EVENT_OF: Readonly<Record<ChangeCommand | 'request', string>> = {
  request: RECOVERY_EVENTS.guardianChangeRequested,
  prove: RECOVERY_EVENTS.guardianChangeOpened,
  complete: RECOVERY_EVENTS.guardianChangeCompleted,
  object: RECOVERY_EVENTS.guardianChangeObjected,
  withdraw: RECOVERY_EVENTS.guardianChangeWithdrawn,
  expire: RECOVERY_EVENTS.guardianChangeWithdrawn,
  fail: RECOVERY_EVENTS.guardianChangeFailed,
};

const EVENT_OF: Readonly<Record<ChangeCommand | 'request', string>> = {
  request: RECOVERY_EVENTS.changeRequested,
  prove: RECOVERY_EVENTS.changeProved,
  complete: RECOVERY_EVENTS.changeCompleted,
  object: RECOVERY_EVENTS.changeObjected,
  withdraw: RECOVERY_EVENTS.changeWithdrawn,
  expire: RECOVERY_EVENTS.changeExpired,
  fail: RECOVERY_EVENTS.changeFailed,
};

/** What every use case of a change does with its row: take a step, look at the number, read and write what is sealed. */
@Injectable()
export class IdentifierChangeSteps {
  constructor(
    private readonly store: RecoveryStore,
    private readonly identifiers: IdentifiersService,
    private readonly guardianship: GuardianshipService,
    private readonly journal: RecoveryJournal,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  /** @param force an accepted appeal outranks a change that whoever holds the account has begun */
  async makeRoom(tx: Tx, accountId: string, about: AppealSubject, actor: Actor, force: boolean): Promise<void> {
    const live = await this.store.liveChange(tx, accountId, about);
    if (live === undefined) return;
    if (live.state === 'cooling_off' && !force) throw new DomainError(RECOVERY_ERRORS.identifier_change_pending);
    await this.move(tx, live, 'withdraw', actor, { failure: 'superseded' });
  }

  /** Neither held by somebody else nor barred (7.1), nor the number of the account's own guardian (2.1). */
  async isFree(
    tx: Tx,
    number: string,
    account: { readonly id: string; readonly mayHoldIt: boolean },
  ): Promise<boolean> {
    const holder = await this.identifiers.findAccountBy(tx, 'phone', number);
    if (holder !== undefined && !(account.mayHoldIt && holder === account.id)) return false;
    if (await this.guardianship.isGuardianNumber(tx, account.id, number)) return false;
    return (await this.identifiers.isBarred(tx, 'phone', number)) === undefined;
  }

  /** The appeal that the change came from, if any, ends with it. */
  async endAppeal(
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

  /** One step, on record and told. The account is locked by the caller. */
  async move(
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
    await this.note(tx, command, moved, actor);
    return { ...moved, version: moved.version + 1 };
  }

  note(tx: Tx, what: ChangeCommand | 'request', change: IdentifierChangeRow, actor: Actor): Promise<void> {
    const ofGuardian = isAboutGuardian(change.about);
    return this.journal.note(tx, {
      type: (ofGuardian ? GUARDIAN_EVENT_OF : EVENT_OF)[what],
      actor,
      target: { kind: ofGuardian ? 'guardian_change' : 'identifier_change', id: change.id },
      accountId: change.accountId,
      data: {
        origin: change.origin,
        ...(ofGuardian ? { about: change.about } : {}),
        state: change.state,
        ...(change.failure === null ? {} : { failure: change.failure }),
        ...(change.effectiveAt === null ? {} : { effectiveAt: change.effectiveAt.toISOString() }),
      },
    });
  }

  /** Another account's change is one that does not exist (row 14). */
  async mustLock(tx: Tx, changeId: string, accountId: string): Promise<IdentifierChangeRow> {
    const change = await this.store.lockChange(tx, changeId);
    if (change?.accountId !== accountId) throw new DomainError(RECOVERY_ERRORS.identifier_change_not_found);
    return change;
  }

  numberOf(change: IdentifierChangeRow): string {
    return this.cipher.openText(change.newValue, columnContext('identifier_changes', 'new_value', change.id));
  }

  newChange(
    accountId: string,
    number: string,
    locale: Locale,
    how: Pick<IdentifierChangeRow, 'about' | 'origin' | 'appealId' | 'state' | 'expiresAt' | 'effectiveAt'>,
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

export const viewOf = (c: IdentifierChangeRow): ChangeView => ({
  id: c.id,
  state: c.state,
  origin: c.origin,
  requestedAt: c.requestedAt.toISOString(),
  expiresAt: c.expiresAt.toISOString(),
  effectiveAt: c.effectiveAt?.toISOString() ?? null,
  failure: c.failure,
});
