import { IsIn, IsOptional, IsString, IsUrl } from 'class-validator';
import { ConfigSection, IsPeriod, Secret } from '../config/config-section.js';

/** Asymmetric only: with a shared secret every verifier could issue. */
export const ACCEPTED_ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'ES384', 'PS256', 'RS256'] as const;

/** The OpenID Connect issuer that knows staff and services. */
@ConfigSection('staff')
export class StaffConfig {
  /** Absent in embedded mode: the demo provider. Required in production. */
  @IsOptional()
  @IsUrl({ require_tld: false, protocols: ['http', 'https'], require_protocol: true })
  issuer?: string = undefined;

  /** What a token must be meant for. */
  @IsString()
  audience: string = 'account-lifecycle';

  /** Absent: found through the issuer's discovery document. */
  @IsOptional()
  @IsUrl({ require_tld: false, protocols: ['http', 'https'], require_protocol: true })
  jwksUri?: string = undefined;

  /** Claim with the roles, dotted for nested ones: `realm_access.roles`. */
  @IsString()
  rolesClaim: string = 'roles';

  @IsIn(ACCEPTED_ALGORITHMS, { each: true })
  algorithms: string[] = ['EdDSA', 'Ed25519', 'ES256', 'PS256', 'RS256'];

  /** JOSE `typ` of an access token (RFC 9068). Some issuers say `JWT`; an ID token must never pass for one. */
  @IsString({ each: true })
  tokenTypes: string[] = ['at+jwt'];

  /** How long the issuer may take to answer. */
  @IsPeriod()
  requestTimeout: string = 'PT3S';

  /** The console's client at the issuer, for the sign-in that the service runs itself. */
  @IsString()
  consoleClientId: string = 'console';

  @Secret()
  @IsOptional()
  @IsString()
  consoleClientSecret?: string = undefined;

  /** Longest life of a console session, whatever its use. */
  @IsPeriod()
  sessionTtl: string = 'PT8H';

  /** A console session ends after so long without a request. */
  @IsPeriod()
  sessionIdle: string = 'PT30M';
}
