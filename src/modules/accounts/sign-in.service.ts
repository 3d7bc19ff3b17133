import { Injectable } from '@nestjs/common';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor } from '../../platform/database/transactor.js';
import type { Locale } from '../../platform/http/locale.js';
import { Limits } from '../../platform/limits/limits.service.js';
import type { PhoneNumber } from '../../platform/phone/phone-number.js';
import { type Purpose, refusalOfCode, VerificationService } from '../verification/verification.service.js';
import { SessionsConfig } from './accounts.config.js';
import { AccountsService } from './accounts.service.js';
import { mayDo } from './domain/access.js';
import { IdentifiersService } from './identifiers.service.js';
import { KnownDevices } from './known-devices.js';
import { type ClientInfo, SessionsService, type SessionTokens } from './sessions.service.js';
import { StandingService, type Standing } from './standing.service.js';

/** Tokens, and what they are good for: a suspended person may sign in to appeal or leave, and use nothing. */
export type SignedIn = SessionTokens & Pick<Standing, 'status' | 'mayUse'>;

/** Whoever is at the door: a number, and perhaps a device that was inside before. */
export interface Caller {
  readonly phone: PhoneNumber;
  readonly deviceToken?: string | undefined;
}

export interface CodeSent {
  readonly expiresAt: string;
  readonly resendAfterSeconds: number;
}

/** Signing in with a code to one's number. Nothing here tells whether the number has an account (row 9, invariant 12). */
@Injectable()
export class SignInService {
  constructor(
    private readonly identifiers: IdentifiersService,
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
    private readonly standing: StandingService,
    private readonly codes: VerificationService,
    private readonly transactor: Transactor,
    private readonly limits: Limits,
    private readonly index: BlindIndex,
    private readonly devices: KnownDevices,
    private readonly config: SessionsConfig,
  ) {}

  /** The same statements, answer and limits for a number that nobody has, to which nothing is sent. */
  async sendCode(once: Once, who: Caller, client: ClientInfo, locale: Locale): Promise<CodeSent> {
    const { phone } = who;
    const count = () => this.limit('session.code', client, this.config.codesPerAddress);
    return this.transactor.onceAdmitted(once, count, async (tx) => {
      const accountId = await this.identifiers.findAccountBy(tx, 'phone', phone.e164);
      const issued = await this.codes.issue(tx, {
        purpose: this.purposeOf(who, accountId),
        subjectId: this.subjectOf(phone),
        to: phone.e164,
        locale,
        ...(accountId === undefined ? { decoy: true } : { accountId }),
      });
      return { expiresAt: issued.expiresAt.toISOString(), resendAfterSeconds: issued.resendAfterSeconds };
    });
  }

  /**
   * Account first, then code, then session: the status that counts is the one at the end (row 8), and of many requests
   * with one right code one gets a session (row 2).
   * @throws DomainError code_invalid, also where the number has no account
   */
  async signIn(once: Once, who: Caller, code: string, client: ClientInfo): Promise<SignedIn> {
    const { phone } = who;
    const count = () => this.limit('session.attempt', client, this.config.attemptsPerAddress);
    const outcome = await this.transactor.onceAdmitted(once, count, async (tx) => {
      const accountId = await this.identifiers.lockAccountBy(tx, 'phone', phone.e164);
      const purpose = this.purposeOf(who, accountId);
      const check = await this.codes.check(tx, { purpose, subjectId: this.subjectOf(phone), code });
      if (!check.right) return { refused: check.attemptsLeft };
      const account = accountId === undefined ? undefined : await this.accounts.find(tx, accountId);
      if (account === undefined || account.tombstonedAt !== null || !mayDo(account.state, 'sign_in')) {
        return { refused: 0 };
      }
      const tokens = await this.sessions.start(tx, account.id, { method: 'phone_code', client });
      const { status, mayUse } = await this.standing.within(tx, account.id);
      return { signedIn: { ...tokens, status, mayUse } };
    });
    // Thrown here and not inside: the try that was spent has to commit.
    if ('refused' in outcome) throw refusalOfCode({ attemptsLeft: outcome.refused });
    return outcome.signedIn;
  }

  /**
   * A device that had a session of this account has a counter of its own: strangers use up theirs and not the owner's.
   * Without its token, or with another account's, everybody is a stranger.
   */
  private purposeOf({ deviceToken }: Caller, accountId: string | undefined): Purpose {
    return this.devices.knows(deviceToken, accountId) ? 'sign_in_known_device' : 'sign_in';
  }

  /** One counter a number, whoever has it; a digest, for the table of codes must not tell numbers. */
  private subjectOf(phone: PhoneNumber): string {
    return this.index.of('sign-in', phone.e164);
  }

  private async limit(bucket: string, client: ClientInfo, limit: number): Promise<void> {
    await this.limits.consume({ bucket, key: client.ip, limit, window: this.config.addressWindow });
  }
}
