import { IsInt, Max, Min } from 'class-validator';
import { ConfigSection, IsPeriod } from '../../platform/config/config-section.js';

/** What happens to accounts when a revision is published (9.1). */
@ConfigSection('reconsent')
export class ReconsentConfig {
  /** After an `explicit` version took effect, how long the account may be used before it must have answered. */
  @IsPeriod()
  answerWithin: string = 'PT0S';

  /** Who turned 14 or 18 has this long to accept for themselves; then use stops until they do (2.1). */
  @IsPeriod()
  ownAcceptanceWithin: string = 'P30D';

  /** Accounts that learn of a new version in one batch. */
  @IsInt()
  @Min(1)
  @Max(5_000)
  batchSize: number = 500;
}
