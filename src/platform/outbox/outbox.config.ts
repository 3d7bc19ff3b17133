import { IsInt, IsString, Max, Min } from 'class-validator';
import { ConfigSection, IsPeriod } from '../config/config-section.js';

@ConfigSection('outbox')
export class OutboxConfig {
  /** `source` of every CloudEvent; with the id it names an event everywhere. */
  @IsString()
  source: string = 'urn:account-lifecycle';

  /** How long the relay sleeps when there is nothing; a commit in the same process wakes it. */
  @IsPeriod()
  pollEvery: string = 'PT0.2S';

  /** A round of the relay begins so long after the last one ended, or later: under load one round serves many commits. */
  @IsPeriod()
  rest: string = 'PT0.025S';

  /** Events per relay transaction. */
  @IsInt()
  @Min(1)
  @Max(5000)
  batchSize: number = 500;

  /** The first retry of a failed consumer; doubled each time, up to the cap. */
  @IsPeriod()
  retryAfter: string = 'PT1S';

  @IsPeriod()
  retryCap: string = 'PT5M';

  /** After so many tries an event is parked: visible, counted, retried by a person. */
  @IsInt()
  @Min(1)
  @Max(100)
  attempts: number = 15;
}
