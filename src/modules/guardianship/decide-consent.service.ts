import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { Tx } from '../../platform/database/transactor.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { StandingService } from '../accounts/standing.service.js';
import { AgreementsService } from '../agreements/agreements.service.js';
import { RegistrationService } from '../registration/registration.service.js';
import { ConsentJournal } from './consent-journal.js';
import { ConsentLink, guardianOf, type GuardianOrigin } from './consent-link.service.js';
import type { GuardianConsentEntity } from './guardian-consent.entity.js';
import { GuardianConsentsStore, NOT_MY_CHILD } from './guardian-consents.store.js';
import { GuardianRequestsService } from './guardian-requests.service.js';
import { GUARDIANSHIP_ERRORS } from './guardianship.errors.js';
import { CONSENT_GRANTED, CONSENT_REFUSED } from './guardianship.events.js';
import { guardianNeeded, sourceOf } from './standing-sources.js';
import { WaitingWards } from './waiting-wards.service.js';

export interface Decision extends GuardianOrigin {
  readonly decision: 'granted' | 'refused';
  readonly code?: string | undefined;
  readonly guardianName?: string | undefined;
  readonly relationship?: string | undefined;
  readonly notMyChild?: boolean | undefined;
}

/** The guardian's yes or no (MIN-1, MIN-2). A no needs the link alone, a yes a code too. */
@Injectable()
export class DecideConsentService {
  constructor(
    private readonly link: ConsentLink,
    private readonly store: GuardianConsentsStore,
    private readonly journal: ConsentJournal,
    private readonly requests: GuardianRequestsService,
    private readonly waiting: WaitingWards,
    private readonly accounts: AccountsService,
    private readonly standing: StandingService,
    private readonly agreements: AgreementsService,
    private readonly registrations: RegistrationService,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  /**
   * Consents or refuses. Consent activates the minor's account in the same transaction and writes the guardian's
   * acceptance of the agreements (AGR-2). Refusing needs no code.
   * @throws DomainError guardian_code_required, code_invalid, guardian_not_acceptable, ward_not_open, wrong_state (already decided)
   */
  async decide(token: string, decision: Decision): Promise<void> {
    const isGranted = decision.decision === 'granted';
    await this.link.act(token, isGranted ? codeOf(decision) : undefined, (tx, consent) =>
      isGranted ? this.grant(tx, consent, decision) : this.refuse(tx, consent, decision),
    );
  }

  private async grant(tx: Tx, consent: GuardianConsentEntity, decision: Decision): Promise<void> {
    const now = this.clock.now();
    const actor = guardianOf(consent);
    const account = await this.accounts.lockForUpdate(tx, consent.accountId);
    // Consent to what is closed or leaving would be lost: nothing brings it back once the account is restored.
    if (account.state !== 'awaiting_guardian' && account.state !== 'active' && account.state !== 'frozen') {
      throw new DomainError(GUARDIANSHIP_ERRORS.ward_not_open, { extra: { state: account.state } });
    }
    // Who was fit when asked may have been suspended, or guard too many, since (row 8).
    await this.requests.assertFit(tx, consent.accountId, this.requests.phoneOf(consent));
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
      method: decision.notMyChild === true ? NOT_MY_CHILD : 'signed_link',
      evidence: { notMyChild: decision.notMyChild === true, ip: decision.ip, userAgent: decision.userAgent },
      eventType: CONSENT_REFUSED,
      change: { decidedAt: now, endedAt: now, remindAt: null },
    });
    await this.waiting.unanswered(tx, consent.accountId);
  }
}

/** @throws DomainError guardian_code_required */
function codeOf(decision: Decision): string {
  if (decision.code !== undefined && decision.guardianName !== undefined) return decision.code;
  throw new DomainError(GUARDIANSHIP_ERRORS.guardian_code_required, {
    errors: [
      ...(decision.code === undefined
        ? [{ path: '/code', code: 'required', en: 'the code sent to the guardian', zh: '须填发给监护人的验证码' }]
        : []),
      ...(decision.guardianName === undefined
        ? [{ path: '/guardianName', code: 'required', en: 'who consents', zh: '须填同意人的姓名' }]
        : []),
    ],
  });
}
