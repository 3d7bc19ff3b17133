import { Injectable } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { TokenIssuer } from '../../platform/callers/token-issuer.js';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import { boundRefresh, readRefreshToken, type RefreshToken, writeRefreshToken } from './domain/refresh-token.js';
import { KnownDevices } from './known-devices.js';

/** What a client gets to act for an account. */
export interface SessionTokens {
  readonly accountId: string;
  readonly sessionId: string;
  readonly tokenType: 'Bearer';
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  /** Works once; every refresh gives the next one. */
  readonly refreshToken: string;
  readonly refreshExpiresAt: string;
  /** Opens nothing; says at the next sign-in that this device is known (`KnownDevices`). */
  readonly deviceToken: string;
}

interface SessionToSign {
  readonly id: string;
  readonly accountId: string;
  readonly generation: number;
  readonly salt: string;
  readonly expiresAt: Date;
}

const KIND = 'refresh-token';
const hexOf = (digest: string): string => digest.slice(digest.indexOf(':') + 1);

/** Makes and proves the tokens of a session. */
@Injectable()
export class SessionTokensIssuer {
  constructor(
    private readonly access: TokenIssuer,
    private readonly index: BlindIndex,
    private readonly devices: KnownDevices,
  ) {}

  async issue(session: SessionToSign): Promise<SessionTokens> {
    const { id: sessionId, accountId, generation, salt } = session;
    const { accessToken, expiresInSeconds } = await this.access.accountToken({ accountId, sessionId });
    const digest = hexOf(this.index.of(KIND, boundRefresh({ sessionId, generation, salt })));
    return {
      accountId,
      sessionId,
      tokenType: 'Bearer',
      accessToken,
      expiresIn: expiresInSeconds,
      refreshToken: writeRefreshToken({ sessionId, generation, digest }),
      refreshExpiresAt: session.expiresAt.toISOString(),
      deviceToken: this.devices.tokenFor(accountId),
    };
  }

  read(text: string): RefreshToken | undefined {
    return readRefreshToken(text);
  }

  /** Whether this very token was issued for that session, at whatever generation. */
  isOurs(token: RefreshToken, salt: string): boolean {
    const bound = boundRefresh({ sessionId: token.sessionId, generation: token.generation, salt });
    const given = Buffer.from(token.digest, 'hex');
    return this.index
      .allVersions(KIND, bound)
      .map((digest) => timingSafeEqual(Buffer.from(hexOf(digest), 'hex'), given))
      .includes(true);
  }
}
