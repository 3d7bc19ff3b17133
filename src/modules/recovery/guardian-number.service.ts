import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError, isDomainError } from '../../kernel/domain-error.js';
import { addPeriod } from '../../kernel/period.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import type { PhoneNumber } from '../../platform/phone/phone-number.js';
import { IdentifiersService } from '../accounts/identifiers.service.js';
import { GUARDIANSHIP_ERRORS } from '../guardianship/guardianship.errors.js';
import { GuardianshipService, type LinkedGuardian } from '../guardianship/guardianship.service.js';
import { refusalOfCode, VerificationService } from '../verification/verification.service.js';
import { ChangeNotices } from './change-notices.js';
import { identifierChangeLifecycle } from './domain/identifier-change-lifecycle.js';
import { type ChangeView, IdentifierChangeSteps, viewOf } from './identifier-change-steps.js';
import type { IdentifierChangeRow } from './identifier-change.entity.js';
import { RecoveryConfig } from './recovery.config.js';
import { RECOVERY_ERRORS } from './recovery.errors.js';
import { RecoveryStore } from './recovery.store.js';

/** What is kept as evidence of each step. */
export interface StepOrigin {
  readonly ip: string;
  readonly userAgent: string;
}

const ABOUT = 'guardian_number';

/**
 * A guardian who still has the present number goes to another by a code at each (2.1, MIN-4): nobody of ours has to look. The
 * old number is told and may object while it cools off, for a child may have had the phone in hand for a minute.
 */
@Injectable()
export class GuardianNumberService {
  constructor(
    private readonly store: RecoveryStore,
    private readonly steps: IdentifierChangeSteps,
    private readonly guardianship: GuardianshipService,
    private readonly identifiers: IdentifiersService,
    private readonly codes: VerificationService,
    private readonly notices: ChangeNotices,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
    private readonly config: RecoveryConfig,
  ) {}

  /**
   * Proves the present number (`code`); a code goes to the new one. Whether it may be a guardian's is told only to who has
   * proved to hold it (row 9).
   */
  request(
    once: Once,
    token: string,
    what: StepOrigin & { readonly phone: PhoneNumber; readonly code: string },
  ): Promise<ChangeView> {
    const { phone, code, ip, userAgent } = what;
    return this.guardianship.byLink(once, { token, code }, async (tx, guardian) => {
      const { accountId, locale } = guardian;
      if (guardian.phone === phone.e164) throw new DomainError(RECOVERY_ERRORS.identifier_unchanged);
      await this.steps.makeRoom(tx, accountId, ABOUT, actorOf(guardian), false);
      const change = this.steps.newChange(accountId, phone.e164, locale, {
        about: ABOUT,
        origin: 'owner',
        appealId: null,
        state: 'requested',
        expiresAt: addPeriod(this.clock.now(), this.config.proofWithin),
        effectiveAt: null,
      });
      await this.store.insertChange(tx, change);
      await this.codes.issue(tx, {
        purpose: 'identifier_change',
        subjectId: change.id,
        to: phone.e164,
        address: ip,
        locale,
        accountId,
      });
      await this.evidence(tx, 'number_change_asked', change, { ip, userAgent });
      await this.steps.note(tx, 'request', change, actorOf(guardian));
      return viewOf(change);
    });
  }

  /**
   * Proves the new number. Caps, age and standing are those of a guardian who is asked (MIN-1), and are looked at again when
   * it takes effect.
   */
  async prove(
    once: Once,
    token: string,
    changeId: string,
    what: StepOrigin & { readonly code: string },
  ): Promise<ChangeView> {
    const outcome = await this.guardianship.byLink(once, { token }, async (tx, guardian) => {
      const change = await this.mustLock(tx, changeId, guardian);
      const actor = actorOf(guardian);
      const now = this.clock.now();
      if (change.state === 'requested' && change.expiresAt <= now)
        return { change: viewOf(await this.steps.move(tx, change, 'expire', actor)) };
      identifierChangeLifecycle.move(change.state, 'prove');
      const { code, ip, userAgent } = what;
      const check = await this.codes.check(tx, { purpose: 'identifier_change', subjectId: change.id, code });
      if (!check.right) return { wrong: check.attemptsLeft };
      await this.evidence(tx, 'number_change_proved', change, { ip, userAgent });
      const unfit = await this.unfit(tx, change);
      if (unfit !== undefined) {
        await this.steps.move(tx, change, 'withdraw', actor, { failure: unfit });
        return { unfit };
      }
      const effectiveAt = addPeriod(now, this.config.changeCooling);
      const proved = await this.steps.move(tx, change, 'prove', actor, { effectiveAt });
      const ward = await this.identifiers.phoneOf(tx, guardian.accountId);
      await this.notices.guardianChangeComing(tx, proved, { guardian: guardian.phone, ward, wardMayObject: false });
      return { change: viewOf(proved) };
    });
    // Thrown here and not inside: the try that was spent, and the change that ended, have to commit.
    if ('wrong' in outcome) throw refusalOfCode({ attemptsLeft: outcome.wrong });
    if ('unfit' in outcome) throw new DomainError(GUARDIANSHIP_ERRORS.guardian_not_acceptable);
    return outcome.change;
  }

  async list(token: string): Promise<ChangeView[]> {
    const { reader } = this.transactor;
    const { accountId, since } = await this.guardianship.behindLink(reader, token);
    return (await this.store.guardianChangesOf(reader, accountId, since)).map(viewOf);
  }

  private evidence(
    tx: Tx,
    name: 'number_change_asked' | 'number_change_proved',
    { id: changeId, accountId }: IdentifierChangeRow,
    origin: StepOrigin,
  ): Promise<void> {
    return this.guardianship.noteNumberStep(tx, accountId, name, { changeId, ...origin });
  }

  private async unfit(tx: Tx, change: IdentifierChangeRow): Promise<string | undefined> {
    try {
      await this.guardianship.assertFit(tx, change.accountId, this.steps.numberOf(change));
      return undefined;
    } catch (error) {
      if (isDomainError(error, GUARDIANSHIP_ERRORS.guardian_not_acceptable)) return error.code;
      throw error;
    }
  }

  /** A change of the ward's own number, of an appeal, or of an earlier guardian is one that does not exist here (row 14). */
  private async mustLock(tx: Tx, changeId: string, guardian: LinkedGuardian): Promise<IdentifierChangeRow> {
    const change = await this.steps.mustLock(tx, changeId, guardian.accountId);
    if (change.about === ABOUT && change.origin === 'owner' && change.requestedAt >= guardian.since) return change;
    throw new DomainError(RECOVERY_ERRORS.identifier_change_not_found);
  }
}

const actorOf = ({ consentId }: LinkedGuardian): Actor => ({ kind: 'guardian', id: consentId });
