import { IsIn, IsInt, Max, Min } from 'class-validator';
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

  /** The budget against SMS pumping: `record_only` watches and tells, `enforce` refuses. */
  @IsIn(['off', 'record_only', 'enforce'])
  smsBudget: 'off' | 'record_only' | 'enforce' = 'record_only';

  /** Codes to one country that nobody entered, below which the budget never falls. */
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  smsBudgetDayFloor: number = 20;

  @IsInt()
  @Min(1)
  @Max(1_000_000)
  smsBudgetHourFloor: number = 3;

  /** The same for one address; and the countries that it may send to without anybody entering the code. */
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  smsBudgetAddressDayFloor: number = 30;

  @IsInt()
  @Min(1)
  @Max(1_000_000)
  smsBudgetAddressHourFloor: number = 15;

  @IsInt()
  @Min(1)
  @Max(1_000)
  smsBudgetAddressCountries: number = 3;

  /** Finished codes and counters are forgotten this long after their last window closed. */
  @IsPeriod()
  keep: string = 'P1D';
}
