import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { type MinorLimits, StandingService, type StandingSource } from '../accounts/standing.service.js';
import { AgreementsService, type VersionRef } from '../agreements/agreements.service.js';
import { RegistrationService } from '../registration/registration.service.js';
import { type IssuedCode, refusalOfCode, VerificationService } from '../verification/verification.service.js';
import { ConsentJournal } from './consent-journal.js';
import { consentLifecycle, PENDING_STATES, type ConsentState } from './domain/consent-lifecycle.js';
import { effectiveLimits, type UsageLimits } from './domain/usage-limits.js';
import type { GuardianConsentEntity } from './guardian-consent.entity.js';
import { GuardianConsentsStore } from './guardian-consents.store.js';
import { GuardianRequestsService } from './guardian-requests.service.js';
import { GUARDIANSHIP_ERRORS } from './guardianship.errors.js';
import {
  CONSENT_EXPIRED,
  CONSENT_GRANTED,
  CONSENT_LAPSED,
  CONSENT_REFUSED,
  CONSENT_REVOKED,
  DEREGISTRATION_WANTED,
  LIMITS_CHANGED,
} from './guardianship.events.js';
import { LinkTokens } from './link-tokens.js';
import { WaitingWards } from './waiting-wards.service.js';

/** Where a guardian's act came from: part of the proof. */
export interface GuardianOrigin {
  readonly ip: string;
  readonly userAgent: string;
}

export interface Decision extends GuardianOrigin {
  readonly decision: 'granted' | 'refused';
  readonly code?: string | undefined;
  readonly guardianName?: string | undefined;
  readonly relationship?: string | undefined;
  readonly notMyChild?: boolean | undefined;
}

export interface OpenedConsent {
  readonly consent: GuardianConsentEntity;
  readonly agreements: readonly VersionRef[];
  readonly limits: UsageLimits;
  readonly effective: UsageLimits;
}

/** Who was asked and has not said no may end it, before consenting too; nobody can for an adult, or for no child of theirs. */
const MAY_END: readonly ConsentState[] = ['contacted', 'verified', 'granted', 'revoked'];

type Coded = GuardianOrigin & { readonly code: string };

/** What a guardian does behind the signed link (MIN-2, MIN-4). Reading and refusing need the link; the rest a code too. */
@Injectable()
export class GuardianshipService {
  constructor(
    private readonly store: GuardianConsentsStore,
    private readonly journal: ConsentJournal,
    private readonly requests: GuardianRequestsService,
    private readonly waiting: WaitingWards,
    private readonly links: LinkTokens,
    private readonly accounts: AccountsService,
    private readonly standing: StandingService,
    private readonly agreements: AgreementsService,
    private readonly registrations: RegistrationService,
    private readonly verification: VerificationService,
    private readonly cipher: FieldCipher,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError guardian_link_invalid, guardian_link_expired */
  async open(token: string): Promise<OpenedConsent> {
    const { reader } = this.transactor;
    const consent = await this.consentBehind(reader, token);
    const limits = limitsOf(consent);
    return {
      consent,
      agreements: await this.agreements.requiredAt(this.clock.now()),
      limits,
      effective: effectiveLimits(defaultsOf(this.standing.minorDefaults), limits),
    };
  }

  /** Sends a one-time code to the guardian's number, whatever number the caller may wish for. */
  async sendCode(token: string): Promise<IssuedCode> {
    return this.transactor.run(async (tx) => {
      const consent = await this.consentBehind(tx, token);
      return this.verification.issue(tx, {
        purpose: 'guardian',
        subjectId: consent.id,
        to: this.requests.phoneOf(consent),
        locale: consent.locale,
        accountId: consent.accountId,
      });
    });
  }

  /** A new link to the same number: for one that has expired, was lost, or is in the wrong hands. */
  async renewLink(token: string): Promise<void> {
    await this.transactor.run(async (tx) => {
      const link = this.links.read(token);
      const consent = link ? await this.store.lock(tx, link.consentId) : null;
      if (!consent || consentLifecycle.isTerminal(consent.state))
        throw new DomainError(GUARDIANSHIP_ERRORS.guardian_link_invalid);
      await this.requests.sendLink(tx, consent, 'guardian_link_renewed');
    });
  }

  /**
   * Consents or refuses. Consent activates the minor's account in the same transaction and writes the guardian's
   * acceptance of the agreements (AGR-2). Refusing needs no code.
   * @throws DomainError guardian_code_required, code_invalid, wrong_state (already decided)
   */
  async decide(token: string, decision: Decision): Promise<OpenedConsent> {
    const wrong = await this.withConsent(
      token,
      decision.decision === 'granted' ? codeOf(decision) : undefined,
      (tx, consent) =>
        decision.decision === 'granted' ? this.grant(tx, consent, decision) : this.refuse(tx, consent, decision),
    );
    if (wrong) throw refusalOfCode(wrong);
    return this.open(token);
  }

  /** Takes consent back, at any time (MIN-2): standing says so with this commit. */
  async revoke(token: string, proof: Coded): Promise<OpenedConsent> {
    const wrong = await this.withConsent(token, proof.code, async (tx, consent) => {
      await this.journal.take(tx, consent, {
        command: 'revoke',
        actor: guardianOf(consent),
        method: 'sms_code',
        evidence: { ip: proof.ip, userAgent: proof.userAgent },
        eventType: CONSENT_REVOKED,
        change: { endedAt: this.clock.now() },
      });
      await this.standing.impose(tx, consent.accountId, {
        kind: 'block',
        code: 'guardian_consent_revoked',
        clause: '2.1',
        source: sourceOf(consent),
      });
    });
    if (wrong) throw refusalOfCode(wrong);
    return this.open(token);
  }

  /** Sets minutes a day and quiet hours; null falls back to the platform's. Tightens only (MIN-3). */
  async setLimits(token: string, limits: UsageLimits, proof: Coded): Promise<OpenedConsent> {
    const wrong = await this.withConsent(token, proof.code, async (tx, consent) => {
      if (consent.state !== 'granted') consentLifecycle.move(consent.state, 'revoke');
      const change = {
        minutesPerDay: limits.minutesPerDay ?? null,
        quietFrom: limits.quietHours?.from ?? null,
        quietTo: limits.quietHours?.to ?? null,
      };
      await this.store.change(tx, consent.id, consent.version, change);
      await this.imposeLimits(tx, consent.accountId, consent, limits);
      await this.journal.note(tx, consent, {
        name: 'limits_changed',
        actor: guardianOf(consent),
        method: 'sms_code',
        evidence: { ...limits, ip: proof.ip, userAgent: proof.userAgent },
        eventType: LIMITS_CHANGED,
      });
    });
    if (wrong) throw refusalOfCode(wrong);
    return this.open(token);
  }

  /** Asks for the ward's deregistration (2.5, MIN-4): deregistration takes it from here, cooling-off and review included. */
  async wantDeregistration(token: string, proof: Coded): Promise<void> {
    const wrong = await this.withConsent(token, proof.code, (tx, consent) => {
      if (!MAY_END.includes(consent.state)) {
        throw new DomainError(LIFECYCLE_ERRORS.wrong_state, { extra: { state: consent.state } });
      }
      return this.journal.note(tx, consent, {
        name: 'deregistration_wanted',
        actor: guardianOf(consent),
        method: 'sms_code',
        evidence: { ip: proof.ip, userAgent: proof.userAgent },
        eventType: DEREGISTRATION_WANTED,
      });
    });
    if (wrong) throw refusalOfCode(wrong);
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

  private async grant(tx: Tx, consent: GuardianConsentEntity, decision: Decision): Promise<void> {
    const now = this.clock.now();
    const actor = guardianOf(consent);
    const account = await this.accounts.lockForUpdate(tx, consent.accountId);
    // Consent to what is closed or leaving would be lost: nothing brings it back once the account is restored.
    if (account.state !== 'awaiting_guardian' && account.state !== 'active' && account.state !== 'frozen') {
      throw new DomainError(GUARDIANSHIP_ERRORS.ward_not_open, { extra: { state: account.state } });
    }
    const origin = { ip: decision.ip, userAgent: decision.userAgent };
    const verified = await this.journal.take(tx, consent, {
      command: 'verify',
      actor,
      method: 'sms_code',
      evidence: origin,
    });
    const acceptances = await this.agreements.requiredAt(now, tx);
    await this.journal.take(tx, verified, {
      command: 'grant',
      actor,
      method: 'clickwrap',
      evidence: { ...origin, acceptances },
      eventType: CONSENT_GRANTED,
      change: {
        decidedAt: now,
        remindAt: null,
        relationship: decision.relationship ?? consent.relationship,
        guardianName:
          decision.guardianName === undefined
            ? null
            : this.cipher.seal(decision.guardianName, columnContext('guardian_consents', 'guardian_name', consent.id)),
      },
    });
    await this.agreements.accept(tx, {
      accountId: consent.accountId,
      acceptances,
      how: 'clickwrap',
      channel: 'web',
      ...origin,
      guardianId: consent.id,
      at: now,
    });
    await this.waiting.done(tx, consent.accountId);
    if (account.state === 'awaiting_guardian') {
      await this.accounts.move(tx, account, 'activate', { actor, clauses: ['2.1'] });
      await this.registrations.guardianDecided(tx, consent.accountId, true, actor);
    }
    await this.standing.lift(tx, consent.accountId, guardianNeeded(consent.accountId));
    // A guardian who took consent back and gives it again on a new request lifts the old block too.
    for (const earlier of await this.store.listOf(tx, consent.accountId)) {
      if (earlier.state === 'revoked') await this.standing.lift(tx, consent.accountId, sourceOf(earlier));
    }
  }

  private async refuse(tx: Tx, consent: GuardianConsentEntity, decision: Decision): Promise<void> {
    const now = this.clock.now();
    await this.journal.take(tx, consent, {
      command: 'refuse',
      actor: guardianOf(consent),
      method: 'signed_link',
      evidence: { notMyChild: decision.notMyChild === true, ip: decision.ip, userAgent: decision.userAgent },
      eventType: CONSENT_REFUSED,
      change: { decidedAt: now, endedAt: now, remindAt: null },
    });
    await this.waiting.unanswered(tx, consent.accountId);
  }

  private async imposeLimits(
    tx: Tx,
    accountId: string,
    consent: GuardianConsentEntity,
    chosen: UsageLimits,
  ): Promise<void> {
    const limits = effectiveLimits(defaultsOf(this.standing.minorDefaults), chosen);
    await this.standing.impose(tx, accountId, {
      kind: 'limits',
      code: 'guardian_limits',
      clause: '2.1',
      limits,
      source: sourceOf(consent),
    });
  }

  /**
   * Runs `act` on the locked consent, after the code if one is asked for.
   * @returns the failed check, whose spent try has been committed; the caller throws it
   */
  private async withConsent(
    token: string,
    code: string | undefined,
    act: (tx: Tx, consent: GuardianConsentEntity) => Promise<void>,
  ): Promise<{ attemptsLeft: number } | undefined> {
    return this.transactor.run(async (tx) => {
      const { accountId } = await this.consentBehind(tx, token);
      await this.accounts.lockForUpdate(tx, accountId);
      await this.accounts.assertWritable(tx, accountId);
      const consent = await this.consentBehind(tx, token, true);
      if (code !== undefined) {
        const check = await this.verification.check(tx, { purpose: 'guardian', subjectId: consent.id, code });
        if (!check.right) return check;
      }
      await act(tx, consent);
      return undefined;
    });
  }

  private async consentBehind(tx: Tx, token: string, lock = false): Promise<GuardianConsentEntity> {
    const link = this.links.read(token);
    const found = link && (await (lock ? this.store.lock(tx, link.consentId) : this.store.find(tx, link.consentId)));
    if (!link || !found || found.linkVersion !== link.linkVersion)
      throw new DomainError(GUARDIANSHIP_ERRORS.guardian_link_invalid);
    if (link.expiresAt * 1000 <= this.clock.now().getTime())
      throw new DomainError(GUARDIANSHIP_ERRORS.guardian_link_expired);
    return found;
  }
}

/** @throws DomainError guardian_code_required */
function codeOf(decision: Decision): string {
  if (decision.code !== undefined && decision.guardianName !== undefined) return decision.code;
  throw new DomainError(GUARDIANSHIP_ERRORS.guardian_code_required, {
    errors: [
      ...(decision.code === undefined
        ? [{ path: '/code', code: 'required', message: 'the code sent to the guardian' }]
        : []),
      ...(decision.guardianName === undefined
        ? [{ path: '/guardianName', code: 'required', message: 'who consents' }]
        : []),
    ],
  });
}

const guardianOf = (consent: GuardianConsentEntity): Actor => ({ kind: 'guardian', id: consent.id });
const sourceOf = (consent: GuardianConsentEntity): StandingSource => ({ kind: 'guardian_consent', id: consent.id });

const guardianNeeded = (accountId: string): StandingSource => ({ kind: 'guardian_needed', id: accountId });

export const limitsOf = (consent: GuardianConsentEntity): UsageLimits => ({
  ...(consent.minutesPerDay === null ? {} : { minutesPerDay: consent.minutesPerDay }),
  ...(consent.quietFrom === null || consent.quietTo === null
    ? {}
    : { quietHours: { from: consent.quietFrom, to: consent.quietTo } }),
});

const defaultsOf = ({ minutesPerDay, quietHours }: MinorLimits): UsageLimits => ({
  ...(minutesPerDay === undefined ? {} : { minutesPerDay }),
  ...(quietHours === undefined ? {} : { quietHours }),
});
