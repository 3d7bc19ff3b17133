import { Injectable } from '@nestjs/common';
import { SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import { DomainError } from '../../kernel/domain-error.js';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';
import type { Once } from '../../platform/database/once.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { Locale } from '../../platform/http/locale.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { StandingService } from '../accounts/standing.service.js';
import { RegistrationService } from '../registration/registration.service.js';
import { ConsentJournal } from './consent-journal.js';
import { ConsentLink } from './consent-link.service.js';
import { PENDING_STATES } from './domain/consent-lifecycle.js';
import type { GuardianConsentEntity } from './guardian-consent.entity.js';
import { GuardianConsentsStore } from './guardian-consents.store.js';
import { GuardianRequestsService } from './guardian-requests.service.js';
import { type HandOver, HandOverService, type NumberStep } from './hand-over.service.js';
import { CONSENT_EXPIRED, CONSENT_LAPSED } from './guardianship.events.js';
import { guardianNeeded, sourceOf } from './standing-sources.js';
import { WaitingWards } from './waiting-wards.service.js';
import { WardLeaving, type WardLeavingDoor } from './ward-leaving.js';

export type { HandOver } from './hand-over.service.js';
export type { LeavingOfWard, WardApplication, WardLeavingDoor } from './ward-leaving.js';

/** Who acts behind a guardian's link, whose consent stands. */
export interface LinkedGuardian {
  readonly consentId: string;
  readonly accountId: string;
  /** Where the link and the codes go now. */
  readonly phone: string;
  /** Since when somebody is asked or guards by this consent. */
  readonly since: Date;
  readonly locale: Locale;
}

/** The door of guardianship: what a person's age, or what is found out about it, does to consent (2.1, MIN-2). */
@Injectable()
export class GuardianshipService {
  constructor(
    private readonly store: GuardianConsentsStore,
    private readonly journal: ConsentJournal,
    private readonly waiting: WaitingWards,
    private readonly requests: GuardianRequestsService,
    private readonly handing: HandOverService,
    private readonly link: ConsentLink,
    private readonly leaving: WardLeaving,
    private readonly accounts: AccountsService,
    private readonly standing: StandingService,
    private readonly registrations: RegistrationService,
    private readonly index: BlindIndex,
    private readonly clock: Clock,
  ) {}

  /** How wards leave; deregistration, a floor above, says so at its start. */
  onLeaving(door: WardLeavingDoor): void {
    this.leaving.use(door);
  }

  /** The ward turned 18: consent lapses, what it carried falls away, the person answers for themselves (MIN-2). */
  async lapse(tx: Tx, accountId: string): Promise<void> {
    const account = await this.accounts.lockForUpdate(tx, accountId);
    await this.waiting.done(tx, accountId);
    if (account.state === 'awaiting_guardian') {
      // Nobody has to consent any more; the person's own acceptance is asked for like everybody's who comes of age.
      await this.accounts.move(tx, account, 'activate', {
        actor: SYSTEM,
        clauses: ['2.1'],
        data: { reason: 'majority' },
      });
      await this.registrations.guardianDecided(tx, accountId, true, SYSTEM);
    }
    const consent = await this.store.latestOf(tx, accountId);
    if (consent !== null && PENDING_STATES.includes(consent.state)) {
      await this.journal.take(tx, consent, {
        command: 'expire',
        actor: SYSTEM,
        method: 'birthday',
        eventType: CONSENT_EXPIRED,
        change: { endedAt: this.clock.now(), remindAt: null },
      });
    }
    // What a birth date once thought right has imposed, and blocks of consents taken back, protect no adult.
    for (const one of await this.store.listOf(tx, accountId)) await this.standing.lift(tx, accountId, sourceOf(one));
    await this.standing.lift(tx, accountId, guardianNeeded(accountId));
    if (consent?.state !== 'granted') return;
    await this.journal.take(tx, consent, {
      command: 'lapse',
      actor: SYSTEM,
      method: 'birthday',
      eventType: CONSENT_LAPSED,
      change: { endedAt: this.clock.now() },
    });
  }

  /** Whether the number is that of the account's guardian: nobody is their own (MIN-1), not by a change of number either. */
  isGuardianNumber(tx: Tx, accountId: string, e164: string): Promise<boolean> {
    return this.store.isGuardianOf(tx, accountId, this.index.allVersions('guardian-phone', e164));
  }

  /** Whether a consent of the holder of the number stands for this minor. */
  async guards(tx: Tx, accountId: string, e164: string): Promise<boolean> {
    return (await this.handing.givenBy(tx, accountId, e164)) !== undefined;
  }

  /** @throws DomainError guardian_not_acceptable when the holder of the number cannot be this minor's guardian (MIN-1) */
  assertFit(tx: Tx, accountId: string, e164: string): Promise<void> {
    return this.requests.assertFit(tx, accountId, e164);
  }

  /** The same guardian at another number (2.4). @throws DomainError wrong_state, guardian_not_acceptable */
  moveToNumber(tx: Tx, accountId: string, to: HandOver): Promise<void> {
    return this.handing.toNumber(tx, accountId, to);
  }

  /**
   * Runs `act` for the guardian behind the link, after the code to their present number if one is asked for. The account and
   * the consent are locked.
   * @throws DomainError guardian_link_invalid, guardian_link_expired, code_invalid, account_gone, wrong_state
   */
  byLink<T>(
    once: Once,
    { token, code }: { readonly token: string; readonly code?: string },
    act: (tx: Tx, guardian: LinkedGuardian) => Promise<T>,
  ): Promise<T> {
    const work = (tx: Tx, consent: GuardianConsentEntity): Promise<T> => {
      if (consent.state !== 'granted')
        throw new DomainError(LIFECYCLE_ERRORS.wrong_state, { extra: { state: consent.state } });
      return act(tx, this.linked(consent));
    };
    return this.link.act(token, code, work, once);
  }

  /** For reading. @throws DomainError guardian_link_invalid, guardian_link_expired */
  async behindLink(reader: Tx, token: string): Promise<LinkedGuardian> {
    return this.linked(await this.link.behind(reader, token));
  }

  /** The number of the guardian whose consent stands and was asked for before that moment. */
  guardianSince(tx: Tx, accountId: string, before: Date): Promise<string | undefined> {
    return this.handing.guardianSince(tx, accountId, before);
  }

  /** Proof of a step towards a new number of the guardian's own (MIN-2). */
  noteNumberStep(
    tx: Tx,
    accountId: string,
    name: NumberStep,
    evidence: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    return this.handing.noteNumberStep(tx, accountId, name, evidence);
  }

  /** Another guardian, who is asked (2.1). @throws DomainError wrong_state, guardian_not_acceptable */
  handOver(tx: Tx, accountId: string, to: HandOver, relationship?: string): Promise<void> {
    return this.handing.toPerson(tx, accountId, to, relationship);
  }

  /** A birth date was corrected and the person is a minor after all: no use before a guardian consents (2.1). */
  async needConsent(tx: Tx, accountId: string): Promise<void> {
    const consent = await this.store.latestOf(tx, accountId);
    if (consent?.state === 'granted') return;
    await this.standing.impose(tx, accountId, {
      kind: 'block',
      code: 'guardian_consent_required',
      clause: '2.1',
      source: guardianNeeded(accountId),
    });
  }

  private linked(consent: GuardianConsentEntity): LinkedGuardian {
    const { id: consentId, accountId, locale, createdAt: since } = consent;
    return { consentId, accountId, locale, since, phone: this.requests.phoneOf(consent) };
  }
}
