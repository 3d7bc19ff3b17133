import { Injectable, Optional } from '@nestjs/common';
import {
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose';
import { LRUCache } from 'lru-cache';
import { hash } from 'node:crypto';
import { Clock } from '../../kernel/clock.js';
import { isId } from '../../kernel/ids.js';
import { periodMs, periodSeconds } from '../../kernel/period.js';
import { publicUrlOf } from '../config/public-url.js';
import { RuntimeConfig } from '../config/runtime.config.js';
import { SERVICE_SCOPES, type ServiceScope, STAFF_ROLES, type StaffRole } from '../http/operation.js';
import { SigningKeys } from './signing-keys.js';
import { StaffConfig } from './staff.config.js';
import { RemoteStaffKeys, StaffKeys } from './staff-keys.js';
import { ACCESS_TOKEN_TYPE, ACCOUNT_AUDIENCE, OWN_ALGORITHM, TokenIssuer } from './token-issuer.js';
import { TokensConfig } from './tokens.config.js';

/** What a valid token says. Whether an account's session still lives is asked elsewhere, each time. */
export type TokenSubject =
  | { readonly kind: 'account'; readonly accountId: string; readonly sessionId: string }
  | { readonly kind: 'staff'; readonly id: string; readonly roles: readonly StaffRole[] }
  | { readonly kind: 'service'; readonly id: string; readonly scopes: readonly ServiceScope[] };

interface Remembered {
  readonly subject: TokenSubject;
  readonly untilMs: number;
}

const MAX_TOKEN_LENGTH = 8192;
const MAX_REMEMBERED = 20_000;
/** Subjects end up in the audit log: printable, short, nothing that could be mistaken for something else. */
const SUBJECT = /^[\x21-\x7e]{1,128}$/;

/** @throws Error when staff could not be told apart from anybody else */
export function refuseStaffIssuer(issuer: string | undefined, runtime: RuntimeConfig): void {
  if (runtime.production && !issuer?.startsWith('https://'))
    throw new Error('STAFF_ISSUER: required in production, with https');
  if (issuer === publicUrlOf(runtime)) throw new Error('STAFF_ISSUER: must not be the public URL of this service');
}

/**
 * Verifies bearer tokens. Two issuers, two key sets: `iss` chooses the only one a token is tried against, so that a key
 * of one side can never vouch for the other; audience, `typ`, algorithm and times are then checked for that side.
 */
@Injectable()
export class BearerTokens {
  /** By SHA-256 of the token: a signature costs more than all the rest of a small request. */
  private readonly remembered = new LRUCache<string, Remembered>({ max: MAX_REMEMBERED });
  private readonly staffKeys: StaffKeys | undefined;

  constructor(
    private readonly own: TokenIssuer,
    private readonly keys: SigningKeys,
    private readonly staff: StaffConfig,
    private readonly config: TokensConfig,
    private readonly clock: Clock,
    runtime: RuntimeConfig,
    @Optional() embeddedKeys?: StaffKeys,
  ) {
    this.staffKeys = staff.issuer === undefined ? embeddedKeys : new RemoteStaffKeys(staff.issuer, staff);
    refuseStaffIssuer(this.staffKeys?.issuer, runtime);
  }

  /** The issuer of staff tokens; undefined where none is configured, and then no staff token is accepted. */
  get staffIssuer(): string | undefined {
    return this.staffKeys?.issuer;
  }

  /**
   * @returns undefined for a token that is not valid here and now, for whatever reason
   * @throws DomainError 503 when the issuer's keys cannot be had
   */
  async verify(token: string): Promise<TokenSubject | undefined> {
    if (token.length > MAX_TOKEN_LENGTH) return undefined;
    const digest = hash('sha256', token, 'base64url');
    const nowMs = this.clock.now().getTime();
    const known = this.remembered.get(digest);
    if (known !== undefined && nowMs < known.untilMs) return known.subject;
    this.remembered.delete(digest);
    try {
      const found = await this.check(token);
      if (found === undefined) return undefined;
      const untilMs = Math.min((found.claims.exp ?? 0) * 1000, nowMs + periodMs(this.config.rememberVerified));
      this.remembered.set(digest, { subject: found.subject, untilMs });
      return found.subject;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
      throw error;
    }
  }

  private async check(token: string): Promise<{ subject: TokenSubject; claims: JWTPayload } | undefined> {
    const { iss } = decodeJwt(token);
    if (iss === this.own.issuer) {
      const claims = await this.signed(token, this.ownKey, {
        issuer: this.own.issuer,
        audience: ACCOUNT_AUDIENCE,
        algorithms: [OWN_ALGORITHM],
        typ: ACCESS_TOKEN_TYPE,
      });
      return withClaims(accountOf(claims), claims);
    }
    if (this.staffKeys === undefined || iss !== this.staffKeys.issuer) return undefined;
    const { typ } = decodeProtectedHeader(token);
    if (typ === undefined || !this.staff.tokenTypes.includes(typ.replace(/^application\//i, ''))) return undefined;
    const claims = await this.signed(token, this.staffKeys.keyOf, {
      issuer: this.staffKeys.issuer,
      audience: this.staff.audience,
      algorithms: this.staff.algorithms,
    });
    return withClaims(staffOrServiceOf(claims, this.staff.rolesClaim), claims);
  }

  private async signed(token: string, key: JWTVerifyGetKey, options: JWTVerifyOptions): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, key, {
      ...options,
      requiredClaims: ['exp', 'sub'],
      currentDate: this.clock.now(),
      clockTolerance: periodSeconds(this.config.clockTolerance),
    });
    return payload;
  }

  private readonly ownKey: JWTVerifyGetKey = ({ kid }) => {
    const key = this.keys.find(kid);
    if (key === undefined) throw new errors.JWKSNoMatchingKey();
    return key.publicKey;
  };
}

const withClaims = (
  subject: TokenSubject | undefined,
  claims: JWTPayload,
): { subject: TokenSubject; claims: JWTPayload } | undefined =>
  subject === undefined ? undefined : { subject, claims };

function accountOf({ sub, sid }: JWTPayload): TokenSubject | undefined {
  return isId(sub) && isId(sid) ? { kind: 'account', accountId: sub, sessionId: sid } : undefined;
}

/**
 * A person has at least one of our roles; anything else of this issuer is a system, known by its scopes. A person's token
 * may carry scopes too: roles win, so that nobody is two callers at once.
 */
function staffOrServiceOf(claims: JWTPayload, rolesClaim: string): TokenSubject | undefined {
  const roles = rolesOf(claims, rolesClaim);
  if (roles.length > 0) {
    return SUBJECT.test(claims.sub ?? '') ? { kind: 'staff', id: claims.sub as string, roles } : undefined;
  }
  const id = [claims['client_id'], claims['azp'], claims.sub].find(
    (v): v is string => typeof v === 'string' && SUBJECT.test(v),
  );
  const granted = typeof claims['scope'] === 'string' ? claims['scope'].split(' ') : [];
  return id === undefined
    ? undefined
    : { kind: 'service', id, scopes: SERVICE_SCOPES.filter((s) => granted.includes(s)) };
}

/** Our roles out of a claim that may be nested and may hold others' roles too. */
export function rolesOf(claims: Readonly<Record<string, unknown>>, path: string): StaffRole[] {
  let value: unknown = Object.hasOwn(claims, path) ? claims[path] : claims;
  if (value === claims) {
    for (const part of path.split('.')) {
      value =
        typeof value === 'object' && value !== null && Object.hasOwn(value, part)
          ? (value as Record<string, unknown>)[part]
          : undefined;
    }
  }
  const told = typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [];
  return STAFF_ROLES.filter((role) => told.includes(role));
}
