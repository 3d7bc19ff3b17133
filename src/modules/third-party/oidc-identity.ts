import * as oidc from 'openid-client';
import { type Period, periodSeconds } from '../../kernel/period.js';
import { guardedFetch } from '../../platform/outbound/guarded-fetch.js';
import {
  type AskOptions,
  type FlowKeys,
  type Identity,
  type IdentityProviderPort,
  ProviderFailure,
} from './identity-port.js';
import type { ProviderConfig } from './third-party.config.js';

export interface OidcSettings {
  readonly provider: ProviderConfig & { readonly issuer: string };
  readonly clientSecret: string | undefined;
  readonly callbackUrl: string;
  readonly timeout: Period;
  readonly stepUpMaxAge: Period;
  readonly allowLoopback: boolean;
}

/** OpenID Connect: code, PKCE, state, nonce, `iss` of the answer (RFC 9207), a signed ID token. */
export class OidcIdentity implements IdentityProviderPort {
  private client: Promise<oidc.Configuration> | undefined;

  constructor(private readonly settings: OidcSettings) {}

  async authorizeUrl(keys: FlowKeys, { fresh }: AskOptions): Promise<string> {
    const { provider, callbackUrl, stepUpMaxAge } = this.settings;
    const client = await this.connect();
    const url = oidc.buildAuthorizationUrl(client, {
      redirect_uri: callbackUrl,
      response_type: 'code',
      scope: [...new Set(['openid', ...provider.scopes])].join(' '),
      state: keys.state,
      nonce: keys.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(keys.verifier),
      code_challenge_method: 'S256',
      ...(fresh ? { prompt: 'login', max_age: String(periodSeconds(stepUpMaxAge)) } : {}),
    });
    return url.href;
  }

  async identify(answer: URLSearchParams, keys: FlowKeys, { fresh }: AskOptions): Promise<Identity> {
    const { callbackUrl, provider, stepUpMaxAge } = this.settings;
    const client = await this.connect();
    const current = new URL(callbackUrl);
    current.search = answer.toString();
    try {
      const granted = await oidc.authorizationCodeGrant(client, current, {
        expectedState: keys.state,
        expectedNonce: keys.nonce,
        pkceCodeVerifier: keys.verifier,
        idTokenExpected: true,
        ...(fresh ? { maxAge: periodSeconds(stepUpMaxAge) } : {}),
      });
      const claims = granted.claims();
      // The library has compared it; a link is keyed on what the operator wrote, so it is compared here once more.
      if (claims?.iss !== provider.issuer || claims.sub.length > 255) throw new ProviderFailure('invalid_answer');
      return { issuer: provider.issuer, subject: claims.sub };
    } catch (cause) {
      throw failureOf(cause);
    }
  }

  /** Discovery, once it has worked; metadata of another issuer than the configured one is refused by the library. */
  private async connect(): Promise<oidc.Configuration> {
    this.client ??= this.discover();
    try {
      return await this.client;
    } catch (cause) {
      this.client = undefined;
      throw new ProviderFailure('unreachable', { cause });
    }
  }

  private discover(): Promise<oidc.Configuration> {
    const { provider, clientSecret, timeout, allowLoopback } = this.settings;
    const timeoutMs = periodSeconds(timeout) * 1000;
    const authentication =
      clientSecret === undefined || provider.clientAuthentication === 'none'
        ? oidc.None()
        : provider.clientAuthentication === 'client_secret_post'
          ? oidc.ClientSecretPost(clientSecret)
          : oidc.ClientSecretBasic(clientSecret);
    const issuer = new URL(provider.issuer);
    return oidc.discovery(issuer, provider.clientId, {}, authentication, {
      timeout: periodSeconds(timeout),
      [oidc.customFetch]: (url, { method, headers, body }) =>
        guardedFetch(
          url,
          { method, headers, ...(body === undefined || body === null ? {} : { body: textOf(body) }) },
          { timeoutMs, allowLoopback },
        ),
      // The ID token's signature is checked against the provider's keys, not only the connection it came over. Plain HTTP
      // is possible to this machine only, and nowhere in production (the guard and the validation at start say so).
      execute: [oidc.enableNonRepudiationChecks, ...(issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : [])],
    });
  }
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new Error('a body that is neither text nor a form');
}

function failureOf(cause: unknown): ProviderFailure {
  if (cause instanceof ProviderFailure) return cause;
  if (cause instanceof oidc.AuthorizationResponseError) {
    return new ProviderFailure(cause.error === 'access_denied' ? 'denied' : 'invalid_answer', { cause });
  }
  return new ProviderFailure('invalid_answer', { cause });
}
