import { Injectable } from '@nestjs/common';
import { compactVerify, SignJWT } from 'jose';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { periodSeconds } from '../../kernel/period.js';
import { publicUrlOf } from '../config/public-url.js';
import { RuntimeConfig } from '../config/runtime.config.js';
import { signJws } from '../crypto/jws.js';
import { SigningKeys } from './signing-keys.js';
import { TokensConfig } from './tokens.config.js';

/** Audience of the tokens that this service issues to accounts. */
export const ACCOUNT_AUDIENCE = 'account';
/** JOSE `typ` of an access token (RFC 9068); everything else we sign has a `typ` of its own and opens no door. */
export const ACCESS_TOKEN_TYPE = 'at+jwt';
/** The one algorithm of our own keys. */
export const OWN_ALGORITHM = 'EdDSA';

export interface IssuedToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
}

/** Signs in the name of this service. */
@Injectable()
export class TokenIssuer {
  /** `iss` of everything signed here. */
  readonly issuer: string;

  constructor(
    private readonly keys: SigningKeys,
    private readonly config: TokensConfig,
    private readonly clock: Clock,
    runtime: RuntimeConfig,
  ) {
    this.issuer = publicUrlOf(runtime);
  }

  /** An access token for one session of one account. */
  async accountToken(subject: { accountId: string; sessionId: string }): Promise<IssuedToken> {
    const { kid, privateKey } = this.keys.current;
    const expiresInSeconds = periodSeconds(this.config.accessTtl);
    const now = Math.floor(this.clock.now().getTime() / 1000);
    const accessToken = await new SignJWT({ sid: subject.sessionId })
      .setProtectedHeader({ alg: OWN_ALGORITHM, typ: ACCESS_TOKEN_TYPE, kid })
      .setIssuer(this.issuer)
      .setAudience(ACCOUNT_AUDIENCE)
      .setSubject(subject.accountId)
      .setIssuedAt(now)
      .setExpirationTime(now + expiresInSeconds)
      .setJti(newId())
      .sign(privateKey);
    return { accessToken, expiresInSeconds };
  }

  /**
   * A compact JWS over `payload`: a receipt, a checkpoint (provability.md).
   * @param type JOSE `typ`, e.g. `deregistration-receipt+jwt`; never that of an access token
   */
  async sign(type: string, payload: object): Promise<string> {
    if (type === ACCESS_TOKEN_TYPE) throw new Error('access tokens are issued, not signed');
    return signJws(this.keys.current, type, payload);
  }

  /** @returns the payload, or undefined when it was not signed here, or not as this type, or was changed */
  async verify(type: string, jws: string): Promise<Record<string, unknown> | undefined> {
    try {
      const { payload, protectedHeader } = await compactVerify(
        jws,
        (header) => {
          const key = this.keys.find(header.kid);
          if (key === undefined) throw new Error('unknown key');
          return key.publicKey;
        },
        { algorithms: [OWN_ALGORITHM] },
      );
      if (protectedHeader.typ !== type) return undefined;
      return JSON.parse(Buffer.from(payload).toString('utf8')) as Record<string, unknown>;
    } catch {
      return undefined;
    }
  }
}
