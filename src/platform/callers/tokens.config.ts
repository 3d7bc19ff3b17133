import { IsOptional, IsString } from 'class-validator';
import { ConfigSection, IsPeriod, Secret } from '../config/config-section.js';

/** What this service signs itself: account tokens, receipts, checkpoints. */
@ConfigSection('tokens')
export class TokensConfig {
  /** Life of an account's access token; the session behind it is asked on every request anyway. */
  @IsPeriod()
  accessTtl: string = 'PT10M';

  /** How far the clocks of issuer and verifier may be apart. */
  @IsPeriod()
  clockTolerance: string = 'PT5S';

  /** How long a verified signature is remembered; also how long a key withdrawn by its issuer still works here. */
  @IsPeriod()
  rememberVerified: string = 'PT1M';

  /** Ed25519 private keys as a JWK set, the signing one first. */
  @Secret()
  @IsOptional()
  @IsString()
  signingKeys?: string = undefined;

  /** The same set in a file of its own, which `keys rotate` may write. */
  @IsOptional()
  @IsString()
  keyFile?: string = undefined;
}
