import { IsInt, Max, Min } from 'class-validator';
import { ConfigSection, IsPeriod } from '../../platform/config/config-section.js';

/** One-time codes. A million of them are few: what protects a code is that there are five tries. */
@ConfigSection('codes')
export class CodesConfig {
  /** How long a code is good for. */
  @IsPeriod()
  validity: string = 'PT10M';

  /** Between two sends for one purpose to one number. */
  @IsPeriod()
  resendCooldown: string = 'PT60S';

  /** Tries and sends of one purpose and subject are counted over this long; re-sending does not give new tries. */
  @IsPeriod()
  budgetWindow: string = 'PT30M';

  @IsInt()
  @Min(1)
  @Max(10)
  maxAttempts: number = 5;

  /** Sends per purpose and subject in one budget window. */
  @IsInt()
  @Min(1)
  @Max(100)
  maxSends: number = 5;

  /** Sends per purpose and number. Purposes are counted apart, so that sign-ups with a stranger's number leave its owner able to sign in. */
  @IsInt()
  @Min(1)
  @Max(1000)
  maxSendsPerHour: number = 6;

  @IsInt()
  @Min(1)
  @Max(1000)
  maxSendsPerDay: number = 15;

  /** Finished codes and counters are forgotten this long after their last window closed. */
  @IsPeriod()
  keep: string = 'P1D';
}
