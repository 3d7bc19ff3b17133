import { Injectable, Logger } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import * as oidc from 'openid-client';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { periodSeconds } from '../../../kernel/period.js';
import { publicUrlOf } from '../../config/public-url.js';
import { RuntimeConfig } from '../../config/runtime.config.js';
import { HTTP_ERRORS } from '../../http/http.errors.js';
import type { StaffRole } from '../../http/operation.js';
import { BearerTokens, rolesOf } from '../bearer-tokens.js';
import { StaffConfig } from '../staff.config.js';
import { readCookie, SIGN_IN_COOKIE, signInCookie } from './cookies.js';
import { digestOfSecret, newSecret, StaffSessions } from './staff-sessions.service.js';
import { StaffSessionsStore } from './staff-sessions.store.js';

export interface Redirect {
  readonly location: string;
  readonly cookies: readonly string[];
}

const SIGN_IN_SECONDS = 600;
const CONSOLE_PATH = '/console/';

/**
 * Why nobody is signed in, told by the console's first page: a browser stands here, and a problem document is no page.
 * `refused`: the issuer knows the person, who has no role; `expired`: not asked for by this browser, used, or too late;
 * `failed`: the answer does not hold; `unavailable`: the issuer cannot be reached.
 */
type SignInFailure = 'refused' | 'expired' | 'failed' | 'unavailable';

/** Code + PKCE against the staff issuer, run by the service: no token of the issuer ever reaches the browser. */
@Injectable()
export class StaffSignIn {
  private readonly log = new Logger('StaffSignIn');
  /** Host and port of the public address. Only there does the browser send back what it was given. */
  readonly host: string;
  private readonly callbackUrl: string;
  private client: Promise<oidc.Configuration> | undefined;

  constructor(
    private readonly tokens: BearerTokens,
    private readonly sessions: StaffSessions,
    private readonly store: StaffSessionsStore,
    private readonly config: StaffConfig,
    private readonly clock: Clock,
    runtime: RuntimeConfig,
  ) {
    this.callbackUrl = `${publicUrlOf(runtime)}/console/callback`;
    this.host = new URL(this.callbackUrl).host;
  }

  /**
   * To the public address first: whoever came by another name of this host (localhost for 127.0.0.1) would come back from
   * the issuer without the cookie. Once only, for behind a proxy every request may name another host.
   */
  beginAtHome(returnTo: string | undefined): Redirect {
    const home = new URL('/console/sign-in', this.callbackUrl);
    home.searchParams.set('returnTo', ownPath(returnTo));
    home.searchParams.set('here', '1');
    return { location: home.href, cookies: [] };
  }

  /** Off to the issuer. The cookie ties its answer to this browser, so that nobody is signed in as somebody else. */
  async begin(returnTo: string | undefined, asOther = false): Promise<Redirect> {
    const client = await this.reached();
    if (client === undefined) return nobody('unavailable');
    const secret = newSecret();
    const signIn = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      codeVerifier: oidc.randomPKCECodeVerifier(),
      returnTo: ownPath(returnTo),
    };
    const now = this.clock.now();
    await this.store.addSignIn(digestOfSecret(secret), signIn, now, new Date(now.getTime() + SIGN_IN_SECONDS * 1000));
    const url = oidc.buildAuthorizationUrl(client, {
      redirect_uri: this.callbackUrl,
      scope: 'openid profile',
      state: signIn.state,
      nonce: signIn.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(signIn.codeVerifier),
      code_challenge_method: 'S256',
      ...(asOther ? { prompt: 'login' } : {}),
    });
    return { location: url.href, cookies: [signInCookie(secret, SIGN_IN_SECONDS)] };
  }

  /** Back from the issuer; nobody is signed in by an answer that this browser did not ask for, or that does not hold. */
  async complete(request: IncomingMessage, query: string): Promise<Redirect> {
    const secret = readCookie(request, SIGN_IN_COOKIE);
    const signIn =
      secret === undefined ? undefined : await this.store.takeSignIn(digestOfSecret(secret), this.clock.now());
    if (signIn === undefined) return nobody('expired');
    const client = await this.reached();
    if (client === undefined) return nobody('unavailable');
    let answer: Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>;
    try {
      answer = await oidc.authorizationCodeGrant(client, new URL(`${this.callbackUrl}${query}`), {
        pkceCodeVerifier: signIn.codeVerifier,
        expectedState: signIn.state,
        expectedNonce: signIn.nonce,
        idTokenExpected: true,
      });
    } catch (cause) {
      this.log.warn(`a sign-in was refused: ${cause instanceof Error ? cause.name : 'unknown'}`);
      return nobody('failed');
    }
    const forget = signInCookie('', 0);
    const staff = await this.staffOf(answer.access_token, answer.claims() ?? {});
    if (staff === undefined) return nobody('refused');
    return { location: signIn.returnTo, cookies: [forget, await this.sessions.begin(staff.id, staff.roles)] };
  }

  /** Roles stand in the access token, or, where the issuer's are opaque, in the ID token. */
  private async staffOf(
    accessToken: string,
    idClaims: Readonly<Record<string, unknown>>,
  ): Promise<{ id: string; roles: readonly StaffRole[] } | undefined> {
    const subject = await this.tokens.verify(accessToken);
    if (subject?.kind === 'staff') return subject;
    const roles = rolesOf(idClaims, this.config.rolesClaim);
    const { sub } = idClaims;
    return roles.length > 0 && typeof sub === 'string' ? { id: sub, roles } : undefined;
  }

  /** @throws DomainError not_found where no issuer of staff is set */
  private async reached(): Promise<oidc.Configuration | undefined> {
    const issuer = this.tokens.staffIssuer;
    if (issuer === undefined) throw new DomainError(HTTP_ERRORS.not_found);
    try {
      this.client ??= this.discover(new URL(issuer));
      return await this.client;
    } catch (cause) {
      this.client = undefined;
      this.log.warn(`the staff issuer cannot be reached: ${cause instanceof Error ? cause.name : 'unknown'}`);
      return undefined;
    }
  }

  private discover(issuer: URL): Promise<oidc.Configuration> {
    const { consoleClientId, consoleClientSecret, requestTimeout } = this.config;
    const authentication =
      consoleClientSecret === undefined ? oidc.None() : oidc.ClientSecretBasic(consoleClientSecret);
    return oidc.discovery(issuer, consoleClientId, {}, authentication, {
      timeout: periodSeconds(requestTimeout),
      // Plain HTTP is possible outside production only: there the issuer must be https (see BearerTokens).
      ...(issuer.protocol === 'http:' ? { execute: [oidc.allowInsecureRequests] } : {}),
    });
  }
}

const nobody = (why: SignInFailure): Redirect => ({
  location: `${CONSOLE_PATH}?signIn=${why}`,
  cookies: [signInCookie('', 0)],
});

/** A page of the console; anything else would be an open redirect. */
export const ownPath = (returnTo: string | undefined): string =>
  returnTo !== undefined && /^\/console[/?][\w\-./?=&%]{0,500}$/.test(returnTo) && !returnTo.includes('..')
    ? returnTo
    : CONSOLE_PATH;
