import { IsInt, Max, Min } from 'class-validator';
import { ConfigSection, IsPeriod } from '../../platform/config/config-section.js';

@ConfigSection('review')
export class ReviewConfig {
  /** How long a claim holds without a heartbeat; afterwards the task is everybody's again. */
  @IsPeriod()
  lease: string = 'PT10M';

  /** The longest that a task may be put aside. */
  @IsPeriod()
  longestSnooze: string = 'P14D';

  /** Added to the priority of what was escalated. */
  @IsInt()
  @Min(0)
  @Max(100)
  escalationBoost: number = 50;

  /** Statistics count up to here and then say "more than": an exact count of a million rows helps nobody. */
  @IsInt()
  @Min(10)
  @Max(100_000)
  countBound: number = 10_000;
}
