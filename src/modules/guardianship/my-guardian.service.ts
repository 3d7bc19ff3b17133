import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { phoneOf } from '../../platform/phone/phone.errors.js';
import { AccountsService, isMinorBand } from '../accounts/accounts.service.js';
import { ConsentJournal } from './consent-journal.js';
import { PENDING_STATES } from './domain/consent-lifecycle.js';
import type { GuardianConsentEntity } from './guardian-consent.entity.js';
import { GuardianConsentsStore } from './guardian-consents.store.js';
import { GuardianRequestsService } from './guardian-requests.service.js';
import { GUARDIANSHIP_ERRORS } from './guardianship.errors.js';
import { CONSENT_WITHDRAWN } from './guardianship.events.js';
import { RenewLinkService } from './renew-link.service.js';
import { WaitingWards } from './waiting-wards.service.js';

export interface ConsentRecord {
  readonly consent: GuardianConsentEntity;
  readonly guardianPhone: string;
  readonly evidence: readonly { readonly step: string; readonly method: string; readonly at: Date }[];
}

const isPending = ({ state }: GuardianConsentEntity): boolean => PENDING_STATES.includes(state);

/** Nobody who has consented is replaced by the minor; everybody else may be. */
export const canNameAnother = ({ state }: GuardianConsentEntity): boolean => state !== 'granted' && state !== 'lapsed';

export const canSendLink = (consent: GuardianConsentEntity, now: Date): boolean =>
  consent.state === 'granted' || (isPending(consent) && consent.expiresAt > now);

/** The minor's own side: seeing the request, and naming another guardian when the first could not be one. */
@Injectable()
export class MyGuardianService {
  constructor(
    private readonly store: GuardianConsentsStore,
    private readonly journal: ConsentJournal,
    private readonly requests: GuardianRequestsService,
    private readonly renewing: RenewLinkService,
    private readonly waiting: WaitingWards,
    private readonly accounts: AccountsService,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError not_found when nobody was asked (yet), guardian_not_asked when whom the minor named cannot be */
  async current(accountId: string): Promise<ConsentRecord> {
    const { reader } = this.transactor;
    const consent = await this.store.latestOf(reader, accountId);
    if (consent) return this.recordOf(consent);
    const isWaiting = await this.waiting.isWaiting(reader, accountId);
    throw new DomainError(isWaiting ? GUARDIANSHIP_ERRORS.guardian_not_asked : HTTP_ERRORS.not_found);
  }

  async history(accountId: string): Promise<ConsentRecord[]> {
    const consents = await this.store.listOf(this.transactor.reader, accountId);
    return Promise.all(consents.map((consent) => this.recordOf(consent)));
  }

  /**
   * Asks another guardian: after a refusal, an expiry or a revocation, or in place of somebody who has not answered, for the
   * number may be mistyped. To name the same number again is to send its link once more.
   * @throws DomainError not_a_minor, guardian_consent_pending (already granted), guardian_not_acceptable,
   * guardian_requests_exhausted, guardian_links_exhausted
   */
  async name(accountId: string, phone: string, relationship: string, once: Once): Promise<{ consentId: string }> {
    return this.transactor.once(once, async (tx) => {
      const account = await this.accounts.lockForUpdate(tx, accountId);
      await this.accounts.assertWritable(tx, accountId);
      if (account.band === null || !isMinorBand(account.band)) throw new DomainError(GUARDIANSHIP_ERRORS.not_a_minor);
      const present = await this.store.latestOf(tx, accountId);
      if (present?.state === 'granted') throw new DomainError(GUARDIANSHIP_ERRORS.guardian_consent_pending);
      if (present && isPending(present)) {
        const isSame = phoneOf(phone, '/guardian/phone').e164 === this.requests.phoneOf(present);
        if (isSame && present.expiresAt > this.clock.now()) {
          await this.requests.sendLink(tx, present, 'guardian_link_renewed');
          return { consentId: present.id };
        }
        await this.withdraw(tx, present);
      }
      return { consentId: await this.requests.ask(tx, { accountId, phone, relationship, locale: account.locale }) };
    });
  }

  /**
   * The link once more, to the number that the guardian has given or was asked at: the message was lost, or something new
   * waits for them. As often in a day as a guardian may ask for it.
   * @throws DomainError not_found, guardian_links_exhausted, too_many_requests
   */
  async sendLinkAgain(accountId: string): Promise<void> {
    const { id } = (await this.current(accountId)).consent;
    await this.renewing.take(id);
    await this.transactor.run(async (tx) => {
      await this.accounts.lockForUpdate(tx, accountId);
      await this.accounts.assertWritable(tx, accountId);
      const consent = await this.store.lock(tx, id);
      if (!consent || !canSendLink(consent, this.clock.now())) throw new DomainError(HTTP_ERRORS.not_found);
      await this.requests.sendLink(tx, consent, 'guardian_link_renewed');
    });
  }

  /** Before the new request, for one minor asks one person at a time. Its link leads to an ended request from now on. */
  private async withdraw(tx: Tx, consent: GuardianConsentEntity): Promise<void> {
    const locked = await this.store.lock(tx, consent.id);
    if (!locked) throw new DomainError(HTTP_ERRORS.stale_version);
    await this.journal.take(tx, locked, {
      command: 'withdraw',
      actor: { kind: 'account', id: consent.accountId },
      method: 'named_another',
      eventType: CONSENT_WITHDRAWN,
      change: { endedAt: this.clock.now(), remindAt: null },
    });
  }

  private async recordOf(consent: GuardianConsentEntity): Promise<ConsentRecord> {
    return {
      consent,
      guardianPhone: this.requests.phoneOf(consent),
      evidence: await this.store.evidenceOf(this.transactor.reader, consent.id),
    };
  }
}
