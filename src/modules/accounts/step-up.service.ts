import { Injectable } from '@nestjs/common';
import { DomainError } from '../../kernel/domain-error.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import type { Locale } from '../../platform/http/locale.js';
import { type CodeCheck, type IssuedInHand, VerificationService } from '../verification/verification.service.js';
import { ACCOUNT_ERRORS } from './accounts.errors.js';
import type { CodeSent } from './sign-in.service.js';
import { IdentifiersService } from './identifiers.service.js';

export type { IssuedInHand } from '../verification/verification.service.js';

/** What a signed-in person proves once more before it happens. A code for one is worth nothing for another. */
export const STEP_UP_PURPOSES = ['step_up', 'identifier_change', 'deregistration'] as const;
export type StepUpPurpose = (typeof STEP_UP_PURPOSES)[number];

/** Fresh proof of being the owner: a code to the number that the account has now. */
@Injectable()
export class StepUpService {
  constructor(
    private readonly identifiers: IdentifiersService,
    private readonly codes: VerificationService,
    private readonly transactor: Transactor,
  ) {}

  /** @throws DomainError no_phone, or the limits of codes */
  sendCode(once: Once, accountId: string, purpose: StepUpPurpose, locale: Locale): Promise<CodeSent> {
    return this.transactor.once(once, async (tx) => {
      const to = await this.identifiers.phoneOf(tx, accountId);
      if (to === undefined) throw new DomainError(ACCOUNT_ERRORS.no_phone);
      const issued = await this.codes.issue(tx, { purpose, subjectId: accountId, to, locale, accountId });
      return { expiresAt: issued.expiresAt.toISOString(), resendAfterSeconds: issued.resendAfterSeconds };
    });
  }

  /**
   * For an account without a number: a code for who has just proven to be the owner in another way. The account is locked
   * and the caller has made sure of both.
   * @param provenBy what the limits of codes are counted by in place of a number
   */
  issueInHand(tx: Tx, accountId: string, purpose: StepUpPurpose, provenBy: string): Promise<IssuedInHand> {
    return this.codes.issueInHand(tx, { purpose, subjectId: accountId, accountId, provenBy });
  }

  /** `right: false` must leave the transaction as a value and be thrown (`refusalOfCode`) after it. */
  check(tx: Tx, accountId: string, purpose: StepUpPurpose, code: string): Promise<CodeCheck> {
    return this.codes.check(tx, { purpose, subjectId: accountId, code });
  }
}
