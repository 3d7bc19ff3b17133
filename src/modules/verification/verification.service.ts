import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod, periodMs } from '../../kernel/period.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import type { Locale } from '../../platform/http/locale.js';
import { readPhone } from '../../platform/phone/phone-number.js';
import { RelaySignal } from '../../platform/queues/relay-signal.js';
import { BudgetService } from './budget.service.js';
import { CodeSealer } from './code-sealer.js';
import { CODE_PATTERN, type CodeWording, newCode, type Purpose } from './domain/code.js';
import { type SendRefusal, sendRefusals } from './domain/send-limits.js';
import { CodesConfig } from './verification.config.js';
import { VERIFICATION_ERRORS } from './verification.errors.js';
import { type SendLimits, VerificationStore } from './verification.store.js';

export type { Purpose } from './domain/code.js';
/** For the `@Operation` of routes that ask for or take a code. */
export { VERIFICATION_ERRORS } from './verification.errors.js';

export interface CodeRequest {
  readonly purpose: Purpose;
  /** What the code is bound to: a registration, an account, a consent. Any stable text; no phone number in clear. */
  readonly subjectId: string;
  /** E.164. */
  readonly to: string;
  readonly locale: Locale;
  /** Client address of whoever asks on their word alone: what they send is counted by it (2.3(3)). */
  readonly address?: string;
  /** Set where the code belongs to an account, so that it goes with it. */
  readonly accountId?: string;
  readonly wording?: CodeWording;
  /**
   * Does everything but send: the answer to a number that nobody has, which must look and last like any other (row 9).
   * The code exists, known to nobody, and wrong tries are counted against it.
   */
  readonly decoy?: boolean;
}

export interface InHandRequest {
  readonly purpose: Purpose;
  readonly subjectId: string;
  readonly accountId: string;
  /** What stands for the number: counted by, digested, never sent to. */
  readonly provenBy: string;
}

/** A code that no message carries: its holder proved in another way to be who it is for. */
export interface IssuedInHand {
  readonly code: string;
  readonly expiresAt: Date;
}

export interface IssuedCode {
  readonly issueId: string;
  readonly expiresAt: Date;
  readonly resendAfterSeconds: number;
}

export interface CodeAttempt {
  readonly purpose: Purpose;
  readonly subjectId: string;
  readonly code: string;
}

/** `right: false` must be RETURNED out of the transaction, never thrown inside it: the spent try has to commit. */
export type CodeCheck = { readonly right: true } | { readonly right: false; readonly attemptsLeft: number };

/** The refusal to throw AFTER the transaction of a wrong check has committed. */
export const refusalOfCode = (check: { attemptsLeft: number }): DomainError =>
  check.attemptsLeft > 0
    ? new DomainError(VERIFICATION_ERRORS.code_invalid, { extra: { attemptsLeft: check.attemptsLeft } })
    : new DomainError(VERIFICATION_ERRORS.code_invalid);

const SEND_REFUSALS = {
  cooldown: VERIFICATION_ERRORS.code_too_soon,
  attempts_exhausted: VERIFICATION_ERRORS.code_attempts_exhausted,
  too_many_for_subject: VERIFICATION_ERRORS.code_limit_reached,
  too_many_for_destination: VERIFICATION_ERRORS.code_limit_reached,
} as const satisfies Record<SendRefusal, unknown>;

/** The region where it is known, the number's first digits where it is not. */
function countryOf(e164: string): string {
  const reading = readPhone(e164);
  if (!reading.ok) return 'unknown';
  return reading.phone.region ?? `+${reading.phone.callingCode}`;
}

const FORGET_BATCH = 1_000;

/** One-time codes for every purpose: one place that issues them and one that checks them (invariant 3). */
@Injectable()
export class VerificationService {
  private readonly cooldownMs: number;
  private readonly budgetMs: number;

  constructor(
    private readonly store: VerificationStore,
    private readonly config: CodesConfig,
    private readonly sealer: CodeSealer,
    private readonly budget: BudgetService,
    private readonly transactor: Transactor,
    private readonly signal: RelaySignal,
    private readonly clock: Clock,
  ) {
    this.cooldownMs = periodMs(config.resendCooldown);
    this.budgetMs = periodMs(config.budgetWindow);
  }

  /**
   * Puts a new code in place of any older one of this purpose and subject. The tries already spent stay spent: asking
   * again does not buy new ones. The code leaves by message after the commit; the caller never sees it.
   * @throws DomainError code_too_soon, code_limit_reached or code_attempts_exhausted, with the wait
   */
  async issue(tx: Tx, request: CodeRequest): Promise<IssuedCode> {
    const country = countryOf(request.to);
    const address = request.address === undefined ? null : this.sealer.addressOf(request.address);
    await this.budget.refuseOver(tx, request.purpose, { country, address });
    const { issueId, expiresAt } = await this.put(tx, request, country, address);
    this.transactor.afterCommit(tx, () => this.signal.wake());
    return { issueId, expiresAt, resendAfterSeconds: Math.ceil(this.cooldownMs / 1000) };
  }

  /**
   * The code itself, for a caller who has made sure that it goes to nobody but the owner (an account without a number,
   * whose provider vouched just now). Same tries, same limits; nothing is sent.
   */
  async issueInHand(tx: Tx, { provenBy, ...request }: InHandRequest): Promise<IssuedInHand> {
    const { code, expiresAt } = await this.put(tx, { ...request, to: provenBy, locale: 'en', decoy: true }, 'none');
    return { code, expiresAt };
  }

  private async put(
    tx: Tx,
    request: CodeRequest,
    country: string,
    address: string | null = null,
  ): Promise<{ issueId: string; code: string; expiresAt: Date }> {
    const now = this.clock.now();
    const { purpose, subjectId } = request;
    const issueId = newId();
    const destination = this.sealer.destinationOf(request.to);
    const code = newCode();
    const expiresAt = addPeriod(now, this.config.validity);
    const limits = this.limitsAt(now);
    const put = await this.store.put(
      tx,
      {
        purpose,
        subjectId,
        accountId: request.accountId ?? null,
        issueId,
        destination,
        country,
        address,
        codeDigest: this.sealer.digestOf({ purpose, subjectId, destination, issueId, code }),
        wording: request.wording ?? 'code',
        sealedMessage: this.sealer.seal(issueId, { to: request.to, code, locale: request.locale }),
        decoy: request.decoy === true,
        expiresAt,
        forgetAt: addPeriod(new Date(Math.max(expiresAt.getTime(), now.getTime() + this.budgetMs)), this.config.keep),
      },
      limits,
    );
    if (!put) throw await this.whyNot(tx, purpose, subjectId, destination, limits);
    return { issueId, code, expiresAt };
  }

  /**
   * Spends one try, then compares, then uses the code up. The first step is one guarded statement and holds the row until
   * the commit, so that neither parallel guesses nor parallel right answers get past (rows 1–3). The caller commits whatever the outcome and throws
   * `refusalOfCode` only afterwards.
   */
  async check(tx: Tx, attempt: CodeAttempt): Promise<CodeCheck> {
    const now = this.clock.now();
    const { purpose, subjectId, code } = attempt;
    const counted = await this.store.countAttempt(tx, purpose, subjectId, this.config.maxAttempts, now);
    if (counted === undefined) return { right: false, attemptsLeft: 0 };
    const { issueId, destination, codeDigest } = counted;
    const fits = this.sealer.fits({ purpose, subjectId, destination, issueId, code }, codeDigest);
    if (!fits || !CODE_PATTERN.test(code))
      return { right: false, attemptsLeft: this.config.maxAttempts - counted.attempts };
    await this.store.consume(tx, attempt, now);
    return { right: true };
  }

  /** The proof has done its work and goes at once (YD/T 6221-2024, 10.2); codes for anything else are not touched. */
  forgetProof(tx: Tx, { purpose, subjectId }: Pick<CodeAttempt, 'purpose' | 'subjectId'>): Promise<void> {
    return this.store.forgetProof(tx, purpose, subjectId);
  }

  /** Counters and codes under a number whose account is gone: keyed, but still a trace of it (R42). @returns how many rows went */
  forgetNumber(tx: Tx, phone: string): Promise<number> {
    return this.store.forgetDestinations(tx, this.sealer.destinationsOf(phone));
  }

  /** One batch of codes and counters that no check and no limit looks at any more. @returns how many went */
  forgetFinished(): Promise<number> {
    return this.transactor.run((tx) => this.store.forget(tx, this.clock.now(), FORGET_BATCH));
  }

  private limitsAt(now: Date): SendLimits {
    const { maxAttempts, maxSends, maxSendsPerHour, maxSendsPerDay } = this.config;
    const { cooldownMs, budgetMs } = this;
    return { now, cooldownMs, budgetMs, maxAttempts, maxSends, maxSendsPerHour, maxSendsPerDay };
  }

  private async whyNot(
    tx: Tx,
    purpose: Purpose,
    subjectId: string,
    destination: string,
    limits: SendLimits,
  ): Promise<DomainError> {
    const counters = await this.store.countersOf(tx, purpose, subjectId, destination);
    const refusals = sendRefusals({ ...limits, ...counters }).sort((a, b) => b.waitMs - a.waitMs);
    const longest = refusals[0];
    if (longest === undefined) return new DomainError(VERIFICATION_ERRORS.code_too_soon, { retryAfterSeconds: 1 });
    return new DomainError(SEND_REFUSALS[longest.reason], { retryAfterSeconds: Math.ceil(longest.waitMs / 1000) });
  }
}
