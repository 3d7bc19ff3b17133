import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { Transactor } from '../../platform/database/transactor.js';
import { StandingService } from '../accounts/standing.service.js';
import { AgreementsService, type VersionRef } from '../agreements/agreements.service.js';
import { type Pending, ReconsentService } from '../reconsent/reconsent.service.js';
import { type IssuedCode, VerificationService } from '../verification/verification.service.js';
import { ConsentLink } from './consent-link.service.js';
import { defaultLimits, effectiveLimits, type UsageLimits } from './domain/usage-limits.js';
import type { GuardianConsentEntity } from './guardian-consent.entity.js';
import { GuardianRequestsService } from './guardian-requests.service.js';
import { type LeavingOfWard, WardLeaving } from './ward-leaving.js';

export interface OpenedConsent {
  readonly consent: GuardianConsentEntity;
  readonly agreements: readonly VersionRef[];
  /** Revisions that wait for this guardian's answer. */
  readonly waiting: readonly Pending[];
  readonly limits: UsageLimits;
  readonly effective: UsageLimits;
  /** The ward's deregistration, while it is on its way. */
  readonly leaving: LeavingOfWard | undefined;
}

/** What a guardian sees behind the signed link, and the code they need to act there (MIN-4). */
@Injectable()
export class GuardianPageService {
  constructor(
    private readonly link: ConsentLink,
    private readonly requests: GuardianRequestsService,
    private readonly agreements: AgreementsService,
    private readonly reconsent: ReconsentService,
    private readonly standing: StandingService,
    private readonly verification: VerificationService,
    private readonly leaving: WardLeaving,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError guardian_link_invalid, guardian_link_expired */
  async open(token: string): Promise<OpenedConsent> {
    const { reader } = this.transactor;
    const consent = await this.link.behind(reader, token);
    const limits = limitsOf(consent);
    return {
      consent,
      agreements: await this.agreements.requiredAt(this.clock.now()),
      waiting: consent.state === 'granted' ? await this.waitingFor(consent) : [],
      limits,
      effective: effectiveLimits(defaultLimits(this.standing.minorDefaults), limits),
      leaving: await this.leaving.current(reader, consent.accountId),
    };
  }

  private async waitingFor({ accountId }: GuardianConsentEntity): Promise<Pending[]> {
    const pending = await this.reconsent.pendingOf(this.transactor.reader, accountId);
    return pending.filter((p) => p.answerBy === 'guardian');
  }

  /** Sends a one-time code to the guardian's number, whatever number the caller may wish for. */
  async sendCode(token: string, address: string): Promise<IssuedCode> {
    return this.transactor.run(async (tx) => {
      const consent = await this.link.behind(tx, token);
      return this.verification.issue(tx, {
        purpose: 'guardian',
        subjectId: consent.id,
        to: this.requests.phoneOf(consent),
        address,
        locale: consent.locale,
        accountId: consent.accountId,
      });
    });
  }
}

const limitsOf = (consent: GuardianConsentEntity): UsageLimits => ({
  ...(consent.minutesPerDay === null ? {} : { minutesPerDay: consent.minutesPerDay }),
  ...(consent.quietFrom === null || consent.quietTo === null
    ? {}
    : { quietHours: { from: consent.quietFrom, to: consent.quietTo } }),
});
