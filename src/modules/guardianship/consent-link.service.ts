import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { type Once, RUNS_ALWAYS } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { refusalOfCode, VerificationService } from '../verification/verification.service.js';
import { PENDING_STATES } from './domain/consent-lifecycle.js';
import type { GuardianConsentEntity } from './guardian-consent.entity.js';
import { GuardianConsentsStore } from './guardian-consents.store.js';
import { GUARDIANSHIP_ERRORS } from './guardianship.errors.js';
import { LinkTokens } from './link-tokens.js';

/** Where a guardian's act came from: part of the proof. */
export interface GuardianOrigin {
  readonly ip: string;
  readonly userAgent: string;
}

/** The consent behind a signed link, for reading it and for acting on it (MIN-4). */
@Injectable()
export class ConsentLink {
  constructor(
    private readonly store: GuardianConsentsStore,
    private readonly links: LinkTokens,
    private readonly accounts: AccountsService,
    private readonly verification: VerificationService,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs `act` on the locked consent, after the code if one is asked for.
   * @throws DomainError guardian_link_invalid, guardian_link_expired, code_invalid, and what `act` throws
   */
  async act<T>(
    token: string,
    code: string | undefined,
    act: (tx: Tx, consent: GuardianConsentEntity) => Promise<T>,
    once: Once = RUNS_ALWAYS,
  ): Promise<T> {
    const outcome = await this.transactor.once(once, async (tx) => {
      const { accountId } = await this.behind(tx, token);
      await this.accounts.lockForUpdate(tx, accountId);
      await this.accounts.assertWritable(tx, accountId);
      const consent = await this.behind(tx, token, true);
      if (code !== undefined) {
        const check = await this.verification.check(tx, { purpose: 'guardian', subjectId: consent.id, code });
        if (!check.right) return { wrong: check };
      }
      return { done: await act(tx, consent) };
    });
    // Thrown here and not inside: the try that was spent has to commit.
    if ('wrong' in outcome) throw refusalOfCode(outcome.wrong);
    return outcome.done;
  }

  /** @throws DomainError guardian_link_invalid, guardian_link_expired */
  async behind(tx: Tx, token: string, lock = false): Promise<GuardianConsentEntity> {
    const link = this.links.read(token);
    const found = link && (await (lock ? this.store.lock(tx, link.consentId) : this.store.find(tx, link.consentId)));
    if (!link || !found || found.linkVersion !== link.linkVersion)
      throw new DomainError(GUARDIANSHIP_ERRORS.guardian_link_invalid);
    const now = this.clock.now();
    // A request whose time is up is over by time, also when no sweep has said so yet.
    const isOver = PENDING_STATES.includes(found.state) && found.expiresAt <= now;
    if (isOver || link.expiresAt * 1000 <= now.getTime())
      throw new DomainError(GUARDIANSHIP_ERRORS.guardian_link_expired);
    return found;
  }
}

export const guardianOf = (consent: GuardianConsentEntity): Actor => ({ kind: 'guardian', id: consent.id });
