import { IsOptional, IsString } from 'class-validator';
import { ConfigSection, IsPeriod, Secret } from '../config/config-section.js';

/** Where the key ring comes from. One of the two is needed outside embedded mode, where nothing is ever generated. */
@ConfigSection('crypto')
export class CryptoConfig {
  /** The ring itself as JSON (`CRYPTO_KEY_RING` or `CRYPTO_KEY_RING_FILE`); read only, so rotation is the operator's. */
  @Secret()
  @IsOptional()
  @IsString()
  keyRing?: string = undefined;

  /** A mounted directory with one file a purpose; writable where `keys rotate` is to be used. */
  @IsOptional()
  @IsString()
  keyDirectory?: string = undefined;

  /** How long a new key version is known before it is used, so that every process can read what any process writes. */
  @IsPeriod()
  activationDelay: string = 'PT15S';
}
