import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { addPeriod } from '../../kernel/period.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import type { Locale } from '../../platform/http/locale.js';
import type { PhoneNumber } from '../../platform/phone/phone-number.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { IdentifiersService } from '../accounts/identifiers.service.js';
import { StepUpService } from '../accounts/step-up.service.js';
import { refusalOfCode, VerificationService } from '../verification/verification.service.js';
import { type AppealSubject, isAboutGuardian } from './domain/appeal-subject.js';
import { ChangeNotices } from './change-notices.js';
import { identifierChangeLifecycle } from './domain/identifier-change-lifecycle.js';
import { type ChangeView, IdentifierChangeSteps, viewOf } from './identifier-change-steps.js';
import type { IdentifierChangeRow } from './identifier-change.entity.js';
import { RecoveryConfig } from './recovery.config.js';
import { RECOVERY_ERRORS } from './recovery.errors.js';
import { RecoveryStore } from './recovery.store.js';

/** Binding a new number: by the signed-in owner (2.3(1)), or after an accepted appeal (2.4). */
@Injectable()
export class IdentifierChangesService {
  constructor(
    private readonly store: RecoveryStore,
    private readonly steps: IdentifierChangeSteps,
    private readonly accounts: AccountsService,
    private readonly identifiers: IdentifiersService,
    private readonly stepUp: StepUpService,
    private readonly codes: VerificationService,
    private readonly notices: ChangeNotices,
    private readonly transactor: Transactor,
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
    what: { phone: PhoneNumber; code: string; locale: Locale; address: string },
  ): Promise<ChangeView> {
    const actor: Actor = { kind: 'account', id: accountId };
    const outcome = await this.transactor.once(once, async (tx) => {
      await this.accounts.lockFor(tx, accountId, 'change_identifier');
      const check = await this.stepUp.check(tx, accountId, 'identifier_change', what.code);
      if (!check.right) return { refused: check.attemptsLeft };
      await this.steps.makeRoom(tx, accountId, 'account', actor, false);
      if ((await this.identifiers.phoneOf(tx, accountId)) === what.phone.e164) {
        throw new DomainError(RECOVERY_ERRORS.identifier_unchanged);
      }
      const now = this.clock.now();
      const change = this.steps.newChange(accountId, what.phone.e164, what.locale, {
        about: 'account',
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
        address: what.address,
        locale: what.locale,
        accountId,
      });
      await this.steps.note(tx, 'request', change, actor);
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
      const change = await this.mustLockOwn(tx, changeId, accountId);
      const now = this.clock.now();
      if (change.state === 'requested' && change.expiresAt <= now) {
        return { change: viewOf(await this.steps.move(tx, change, 'expire', actor)) };
      }
      identifierChangeLifecycle.move(change.state, 'prove');
      const check = await this.codes.check(tx, { purpose: 'identifier_change', subjectId: change.id, code });
      if (!check.right) return { refused: check.attemptsLeft };
      if (!(await this.steps.isFree(tx, this.steps.numberOf(change), { id: accountId, mayHoldIt: false }))) {
        await this.steps.move(tx, change, 'withdraw', actor, { failure: 'identifier_taken' });
        return { taken: true };
      }
      const proved = await this.steps.move(tx, change, 'prove', actor, {
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
    appeal: { id: string; about: AppealSubject; phone: string; lostPhone: string; locale: Locale },
    actor: Actor,
  ): Promise<ChangeView> {
    await this.steps.makeRoom(tx, accountId, appeal.about, actor, true);
    const now = this.clock.now();
    const effectiveAt = addPeriod(now, this.config.rebindingDelay);
    const change = this.steps.newChange(accountId, appeal.phone, appeal.locale, {
      about: appeal.about,
      origin: 'recovery',
      appealId: appeal.id,
      state: 'cooling_off',
      expiresAt: effectiveAt,
      effectiveAt,
    });
    await this.store.insertChange(tx, change);
    await this.steps.note(tx, 'prove', change, actor);
    if (isAboutGuardian(appeal.about)) {
      await this.notices.guardianChangeComing(tx, change, {
        guardian: appeal.lostPhone,
        ward: await this.identifiers.phoneOf(tx, accountId),
        wardMayObject: (await this.store.guardianObjections(tx, accountId)) === 0,
      });
    } else {
      await this.notices.changeComing(tx, change, await this.identifiers.contactsOf(tx, accountId));
    }
    return viewOf(change);
  }

  async list(accountId: string): Promise<ChangeView[]> {
    return (await this.store.changesOf(this.transactor.reader, accountId)).map(viewOf);
  }

  /** @throws DomainError identifier_change_not_found, wrong_state */
  withdraw(accountId: string, changeId: string): Promise<ChangeView> {
    return this.transactor.run(async (tx) => {
      await this.accounts.lockFor(tx, accountId, 'read');
      const change = await this.mustLockOwn(tx, changeId, accountId);
      return viewOf(await this.steps.move(tx, change, 'withdraw', { kind: 'account', id: accountId }));
    });
  }

  /** Only an owner's change is the owner's to go on with; against an appeal one objects, and a guardian's is not theirs. */
  private async mustLockOwn(tx: Tx, changeId: string, accountId: string): Promise<IdentifierChangeRow> {
    const change = await this.steps.mustLock(tx, changeId, accountId);
    if (change.origin === 'owner' && !isAboutGuardian(change.about)) return change;
    throw new DomainError(RECOVERY_ERRORS.identifier_change_not_found);
  }
}
