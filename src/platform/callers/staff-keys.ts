import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { DomainError } from '../../kernel/domain-error.js';
import { periodMs } from '../../kernel/period.js';
import { HTTP_ERRORS } from '../http/http.errors.js';
import type { StaffConfig } from './staff.config.js';

/** The issuer of staff and service tokens, and its keys. Embedded mode binds the demo provider here. */
export abstract class StaffKeys {
  abstract readonly issuer: string;
  /** @throws jose's JWKSNoMatchingKey for a key the issuer does not have; DomainError 503 when it cannot be asked */
  abstract readonly keyOf: JWTVerifyGetKey;
}

/** Keys of a real issuer over HTTP, cached and refetched (at most twice a minute) when an unknown key id turns up. */
export class RemoteStaffKeys extends StaffKeys {
  private keySet: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined;

  constructor(
    readonly issuer: string,
    private readonly config: StaffConfig,
  ) {
    super();
  }

  readonly keyOf: JWTVerifyGetKey = async (header, token) => {
    try {
      this.keySet ??= this.open();
      return await (
        await this.keySet
      )(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      this.keySet = undefined;
      // The token may be good: "not signed in" would be untrue.
      throw new DomainError(HTTP_ERRORS.temporarily_unavailable, { retryAfterSeconds: 5, cause: error });
    }
  };

  private async open(): Promise<ReturnType<typeof createRemoteJWKSet>> {
    const timeoutDuration = periodMs(this.config.requestTimeout);
    const uri = this.config.jwksUri ?? (await this.discover(timeoutDuration));
    return createRemoteJWKSet(new URL(uri), { timeoutDuration, cooldownDuration: 30_000, cacheMaxAge: 600_000 });
  }

  private async discover(timeoutMs: number): Promise<string> {
    const url = `${this.issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`;
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
    const document = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
    if (!response.ok || document.issuer !== this.issuer || typeof document.jwks_uri !== 'string') {
      throw new Error('the discovery document is not that of the configured issuer');
    }
    return document.jwks_uri;
  }
}
