import { IsIn, IsInt, Max, Min } from 'class-validator';
import { ConfigSection, IsPeriod } from '../config/config-section.js';

@ConfigSection('limits')
export class LimitsConfig {
  /** When Redis does not answer: count in PostgreSQL (counters start anew there), or refuse. */
  @IsIn(['postgres', 'refuse'])
  whenRedisFails: 'postgres' | 'refuse' = 'postgres';

  /** Requests of one client without a token, per process and `publicWindow`: a coarse wall before any work is done. */
  @IsInt()
  @Min(1)
  @Max(10_000_000)
  publicRequests: number = 3000;

  @IsPeriod()
  publicWindow: string = 'PT1M';

  /** The same for everybody whose address is not known, together. */
  @IsInt()
  @Min(1)
  @Max(10_000_000)
  publicRequestsUnknown: number = 300;
}
