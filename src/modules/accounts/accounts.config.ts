import { IsInt, IsString, Matches, Max, Min } from 'class-validator';
import { ConfigSection, IsPeriod } from '../../platform/config/config-section.js';

/** Ages of clause 2.1; the law behind each stands in the retention facts (民法典 17–20, PIPL 31). */
@ConfigSection('accounts')
export class AccountsConfig {
  @IsInt()
  @Min(1)
  @Max(25)
  contractCapacityAge: number = 8;

  @IsInt()
  @Min(1)
  @Max(25)
  dataConsentAge: number = 14;

  @IsInt()
  @Min(1)
  @Max(25)
  majorityAge: number = 18;
}

@ConfigSection('sessions')
export class SessionsConfig {
  /** A session that is not used this long ends. */
  @IsPeriod()
  idle: string = 'P30D';

  /** A session ends this long after sign-in, used or not. */
  @IsPeriod()
  lifetime: string = 'P180D';

  /** Signing in once more ends the oldest. */
  @IsInt()
  @Min(1)
  @Max(1000)
  maxPerAccount: number = 20;

  /** How long a device that had a session signs in apart from strangers (`deviceToken`). */
  @IsPeriod()
  deviceValidity: string = 'P180D';

  /** Codes asked for, and codes tried, from one address (an IPv6 /64 counts as one) in one window. */
  @IsInt()
  @Min(1)
  codesPerAddress: number = 60;

  @IsInt()
  @Min(1)
  attemptsPerAddress: number = 300;

  @IsPeriod()
  addressWindow: string = 'PT10M';
}

const CLOCK_TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

@ConfigSection('standing')
export class StandingConfig {
  /** How old an answer may be that another process has changed meanwhile. Changes made here are seen at once. */
  @IsPeriod()
  maxStaleness: string = 'PT0.03S';

  @IsInt()
  @Min(0)
  @Max(5_000_000)
  cachedAccounts: number = 100_000;

  /** Limits of a minor where no guardian set others (2.1). */
  @IsInt()
  @Min(1)
  @Max(1440)
  minorMinutesPerDay: number = 120;

  @IsString()
  @Matches(CLOCK_TIME)
  minorQuietFrom: string = '22:00';

  @IsString()
  @Matches(CLOCK_TIME)
  minorQuietTo: string = '06:00';
}
