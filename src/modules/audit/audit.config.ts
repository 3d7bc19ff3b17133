import { IsInt, Max, Min } from 'class-validator';
import { ConfigSection, IsPeriod } from '../../platform/config/config-section.js';

/** How fast the chain follows the events, and how often it is sworn to. */
@ConfigSection('audit')
export class AuditConfig {
  /** Pause of an idle sequencer; with the batch itself it is the merge delay, which stays under a second. */
  @IsPeriod()
  sequencerPause: string = 'PT0.2S';

  /** Events chained in one transaction. */
  @IsInt()
  @Min(1)
  @Max(10_000)
  batchSize: number = 1000;

  /** How long a sequencer that fell silent keeps its turn. */
  @IsPeriod()
  lease: string = 'PT10S';

  /** A checkpoint at least this often while there are new events. */
  @IsPeriod()
  checkpointEvery: string = 'PT1M';

  /** An event older than this without a link is a finding. */
  @IsPeriod()
  mergeDelay: string = 'PT1M';

  /** How many months of partitions stand ready. */
  @IsInt()
  @Min(1)
  @Max(24)
  monthsAhead: number = 3;
}
