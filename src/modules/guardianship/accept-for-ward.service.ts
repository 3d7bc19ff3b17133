import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';
import type { Tx } from '../../platform/database/transactor.js';
import { ReconsentService } from '../reconsent/reconsent.service.js';
import { ConsentJournal } from './consent-journal.js';
import { ConsentLink, guardianOf, type GuardianOrigin } from './consent-link.service.js';
import { GuardianConsentsStore } from './guardian-consents.store.js';
import { GuardianRequestsService } from './guardian-requests.service.js';
import { AGREEMENTS_ACCEPTED } from './guardianship.events.js';

export interface AcceptingForWard extends GuardianOrigin {
  readonly code: string;
  readonly acceptances: readonly { readonly documentId: string; readonly version: string }[];
}

/** A revision of what a guardian agreed to for a minor is the guardian's to agree to again (preamble, 2.1; AGR-2, AGR-4). */
@Injectable()
export class AcceptForWardService {
  constructor(
    private readonly link: ConsentLink,
    private readonly store: GuardianConsentsStore,
    private readonly journal: ConsentJournal,
    private readonly requests: GuardianRequestsService,
    private readonly reconsent: ReconsentService,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError code_invalid, wrong_state, version_not_acceptable, leaving_account */
  async accept(token: string, given: AcceptingForWard): Promise<void> {
    const { acceptances, ip, userAgent } = given;
    await this.link.act(token, given.code, async (tx, consent) => {
      if (consent.state !== 'granted')
        throw new DomainError(LIFECYCLE_ERRORS.wrong_state, { extra: { state: consent.state } });
      await this.reconsent.answer(tx, {
        accountId: consent.accountId,
        decision: 'accepted',
        acceptances,
        how: 'clickwrap',
        channel: 'web',
        ip,
        userAgent,
        guardianId: consent.id,
        at: this.clock.now(),
      });
      await this.journal.note(tx, consent, {
        name: 'agreements_accepted',
        actor: guardianOf(consent),
        method: 'sms_code',
        evidence: { acceptances, ip, userAgent },
        eventType: AGREEMENTS_ACCEPTED,
      });
    });
  }

  /** A revision waits: the guardian gets the link to it. Nobody is asked whose consent is not in force. */
  async ask(tx: Tx, accountId: string): Promise<void> {
    const consent = await this.store.latestOf(tx, accountId);
    if (consent?.state === 'granted') await this.requests.sendLink(tx, consent, 'guardian_agreement_changed');
  }
}
