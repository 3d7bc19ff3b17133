import { IsBoolean, IsInt, IsOptional, Max, Min } from 'class-validator';
import { ConfigSection, IsPeriod } from '../../platform/config/config-section.js';

@ConfigSection('webhooks')
export class WebhooksConfig {
  /** How long a target may take to answer. */
  @IsPeriod()
  timeout: string = 'PT10S';

  /** The first retry; doubled each time, up to the cap. */
  @IsPeriod()
  retryAfter: string = 'PT5S';

  @IsPeriod()
  retryCap: string = 'PT1H';

  /** What could not be delivered for so long is parked: counted, shown, delivered again on request. */
  @IsPeriod()
  parkAfter: string = 'P3D';

  /** How long the old secret signs beside the new one after a rotation. */
  @IsPeriod()
  secretOverlap: string = 'P1D';

  @IsInt()
  @Min(1)
  @Max(100)
  concurrency: number = 8;

  @IsInt()
  @Min(1)
  @Max(1000)
  maxEndpoints: number = 100;

  /** Targets on this machine: by default in embedded mode only, and never in production. */
  @IsOptional()
  @IsBoolean()
  allowLoopback?: boolean = undefined;
}
