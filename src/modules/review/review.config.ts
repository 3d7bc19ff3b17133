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

  /** Once so many people have passed a task by, a senior moderator gets it. */
  @IsInt()
  @Min(2)
  @Max(50)
  skipsToHandUp: number = 3;

  /** How long a decision that was given with an undo window waits before anything of it leaves; PT0S: not at all. */
  @IsPeriod()
  undoWindow: string = 'PT10S';

  /** An open page of a task says so more often than this; who does not is gone. */
  @IsPeriod()
  viewerExpiry: string = 'PT25S';

  /** One action from the list reaches at most so many tasks; the limit is said before. */
  @IsInt()
  @Min(1)
  @Max(5_000)
  bulkLimit: number = 500;

  /** Statistics count up to here and then say "more than": an exact count of a million rows helps nobody. */
  @IsInt()
  @Min(10)
  @Max(100_000)
  countBound: number = 10_000;
}
