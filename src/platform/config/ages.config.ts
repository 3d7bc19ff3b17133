import { IsInt, Max, Min } from 'class-validator';
import { ConfigSection } from './config-section.js';

/** First birthdays from which other rules hold (clause 2.1; 民法典 17–20, 未成年人保护法 72). */
@ConfigSection('ages')
export class AgesConfig {
  /** Below: acts are void, so the guardian acts and the person cannot register alone. */
  @IsInt()
  @Min(0)
  @Max(30)
  contractCapacity: number = 8;

  /** Below: the guardian's consent to the use of personal information too. */
  @IsInt()
  @Min(0)
  @Max(30)
  dataConsent: number = 14;

  /** Below: a guardian's consent before any use. */
  @IsInt()
  @Min(0)
  @Max(30)
  majority: number = 18;
}
