import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { Transactor } from '../../platform/database/transactor.js';
import { Limits } from '../../platform/limits/limits.service.js';
import { consentLifecycle, PENDING_STATES } from './domain/consent-lifecycle.js';
import { GuardianConsentsStore } from './guardian-consents.store.js';
import { GuardianRequestsService } from './guardian-requests.service.js';
import { GuardianshipConfig } from './guardianship.config.js';
import { GUARDIANSHIP_ERRORS } from './guardianship.errors.js';
import { LinkTokens } from './link-tokens.js';

/** A new link to the same number: for one that has expired, was lost, or is in the wrong hands (MIN-4). */
@Injectable()
export class RenewLinkService {
  constructor(
    private readonly store: GuardianConsentsStore,
    private readonly links: LinkTokens,
    private readonly requests: GuardianRequestsService,
    private readonly limits: Limits,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
    private readonly config: GuardianshipConfig,
  ) {}

  /**
   * One of the links of a day, whoever asks for it: the guardian, or the minor on their behalf.
   * @throws DomainError too_many_requests
   */
  take(consentId: string): Promise<unknown> {
    const { maxLinks: limit } = this.config;
    return this.limits.consume({ bucket: 'guardianship.link', key: consentId, limit, window: 'P1D' });
  }

  /**
   * An old link is enough to ask, so asking is bounded for good: whoever finds one must not be able to send a guardian
   * message after message (row 13).
   * @throws DomainError guardian_link_invalid, guardian_links_exhausted, too_many_requests
   */
  async renew(token: string): Promise<void> {
    const link = this.links.read(token);
    if (link === undefined) throw new DomainError(GUARDIANSHIP_ERRORS.guardian_link_invalid);
    await this.take(link.consentId);
    await this.transactor.run(async (tx) => {
      const consent = await this.store.lock(tx, link.consentId);
      const isOver = consent && PENDING_STATES.includes(consent.state) && consent.expiresAt <= this.clock.now();
      if (!consent || isOver || consentLifecycle.isTerminal(consent.state))
        throw new DomainError(GUARDIANSHIP_ERRORS.guardian_link_invalid);
      await this.requests.sendLink(tx, consent, 'guardian_link_renewed');
    });
  }
}
