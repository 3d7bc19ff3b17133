import { IsInt, Max, Min } from 'class-validator';
import { ConfigSection } from './config-section.js';

/** `under_8` no contract of their own, `8_13` guardian for contract and data, `14_17` guardian for the contract. */
export type AgeBand = 'under_8' | '8_13' | '14_17' | 'adult';

/** Ages at which the rules change (clause 2.1; 民法典 17–20, 未成年人保护法 72). Names of bands stay when a number moves. */
@ConfigSection('ages')
export class AgesConfig {
  /** Below: acts are void, so the guardian acts and the person cannot register alone. */
  @IsInt()
  @Min(0)
  @Max(30)
  ownActsFrom: number = 8;

  /** Below: the guardian's consent to the use of personal information too. */
  @IsInt()
  @Min(0)
  @Max(30)
  ownDataConsentFrom: number = 14;

  @IsInt()
  @Min(0)
  @Max(30)
  adultFrom: number = 18;

  /** Nobody is older; a birth date that says so is wrong (2.2). */
  @IsInt()
  @Min(100)
  @Max(150)
  oldest: number = 120;
}

export function bandOf(age: number, ages: AgesConfig): AgeBand {
  if (age >= ages.adultFrom) return 'adult';
  if (age >= ages.ownDataConsentFrom) return '14_17';
  return age >= ages.ownActsFrom ? '8_13' : 'under_8';
}
