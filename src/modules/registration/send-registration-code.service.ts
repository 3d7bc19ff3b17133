import { Injectable } from '@nestjs/common';
import { ANONYMOUS } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import type { Locale } from '../../platform/http/locale.js';
import { IdentifiersService } from '../accounts/identifiers.service.js';
import { VerificationService } from '../verification/verification.service.js';
import { ChallengePort } from './challenges.js';
import { registrationLifecycle, stateAt } from './domain/registration-lifecycle.js';
import { PersonSealer } from './person-sealer.js';
import { REGISTRATION_ERRORS } from './registration.errors.js';
import { REGISTRATION_EVENTS } from './registration.events.js';
import { RegistrationJournal } from './registration-journal.js';
import { type RegistrationRow, RegistrationStore } from './registration.store.js';

export interface CodeSent {
  readonly id: string;
  readonly status: 'code_sent';
  readonly codeExpiresAt: string;
  readonly resendAfterSeconds: number;
}

/** An attempt, and where its code goes. */
type Addressed = Pick<RegistrationRow, 'id' | 'version' | 'startedAt' | 'locale'> & { readonly phone: string };

/**
 * Sends the code (REG-1). Whoever asks gets the same answer after the same work for a number with and without an account;
 * the difference is in the words that its holder reads.
 */
@Injectable()
export class SendRegistrationCodeService {
  constructor(
    private readonly store: RegistrationStore,
    private readonly identifiers: IdentifiersService,
    private readonly codes: VerificationService,
    private readonly challenges: ChallengePort,
    private readonly sealer: PersonSealer,
    private readonly journal: RegistrationJournal,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError registration_not_found, registration_expired, challenge_required, challenge_failed, wrong_state, code_* */
  async send(once: Once, id: string, asked: { challengeResponse?: string; ip: string }): Promise<CodeSent> {
    const solve = async (): Promise<boolean> =>
      asked.challengeResponse !== undefined && this.solves(id, asked.challengeResponse, asked.ip);
    return this.transactor.onceAdmitted(once, solve, async (tx, solved) => {
      const registration = live(await this.store.findForUpdate(tx, id), this.clock.now());
      const to = registrationLifecycle.move(registration.state, 'send_code');
      if (registration.challenge !== null && registration.challengePassedAt === null && !solved) {
        const asks =
          asked.challengeResponse === undefined
            ? REGISTRATION_ERRORS.challenge_required
            : REGISTRATION_ERRORS.challenge_failed;
        throw new DomainError(asks, { extra: { kind: registration.challenge } });
      }
      const { sealedPerson } = registration;
      if (sealedPerson === null) throw new DomainError(REGISTRATION_ERRORS.registration_expired);
      const { phone } = this.sealer.open(id, sealedPerson);
      // A registration with a third-party account sends no code, whoever asks by its id.
      if (phone === undefined) throw new DomainError(REGISTRATION_ERRORS.registration_not_found);
      return this.sendIn(tx, { ...registration, phone }, to, { solved, ip: asked.ip });
    });
  }

  /** The code at once with the beginning, in its transaction, where the rules ask for no challenge. */
  sendFirst(tx: Tx, begun: Omit<Addressed, 'version'>, ip: string): Promise<CodeSent> {
    const to = registrationLifecycle.move(registrationLifecycle.initial, 'send_code');
    return this.sendIn(tx, { ...begun, version: 1 }, to, { solved: false, ip });
  }

  private async sendIn(
    tx: Tx,
    { id, phone, version, startedAt, locale }: Addressed,
    to: RegistrationRow['state'],
    { solved, ip }: { readonly solved: boolean; readonly ip: string },
  ): Promise<CodeSent> {
    const holder = await this.identifiers.findAccountBy(tx, 'phone', phone);
    const issued = await this.codes.issue(tx, {
      purpose: 'registration',
      subjectId: id,
      to: phone,
      address: ip,
      locale: locale as Locale,
      wording: holder === undefined ? 'code' : 'code_for_existing_account',
    });
    const now = this.clock.now();
    await this.store.move(tx, { id, version, startedAt, to, now, challengePassed: solved, keepPerson: true });
    await this.journal.note(tx, {
      type: REGISTRATION_EVENTS.codeRequested,
      registrationId: id,
      actor: ANONYMOUS,
      clauses: ['2.2'],
    });
    return {
      id,
      status: 'code_sent',
      codeExpiresAt: issued.expiresAt.toISOString(),
      resendAfterSeconds: issued.resendAfterSeconds,
    };
  }

  /** Outside the transaction: a hosted captcha is asked over the network. */
  private async solves(id: string, response: string, ip: string): Promise<boolean> {
    const registration = live(await this.store.find(this.transactor.reader, id), this.clock.now());
    if (registration.challenge !== this.challenges.kind) return false;
    return this.challenges.passes(response, { registrationId: id, expiresAt: registration.expiresAt, ip });
  }
}

/** @throws DomainError registration_not_found, registration_expired */
export function live(registration: RegistrationRow | undefined, now: Date): RegistrationRow {
  if (registration === undefined) throw new DomainError(REGISTRATION_ERRORS.registration_not_found);
  if (stateAt(registration, now) === 'expired') throw new DomainError(REGISTRATION_ERRORS.registration_expired);
  return registration;
}
