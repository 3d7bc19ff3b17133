import { IsInt, Max, Min } from 'class-validator';
import { ConfigSection, IsPeriod } from '../../platform/config/config-section.js';

/** Guardian consent (2.1). */
@ConfigSection('guardianship')
export class GuardianshipConfig {
  /** How long a guardian has to decide. */
  @IsPeriod()
  decisionPeriod: string = 'P7D';

  /** How long one link opens. */
  @IsPeriod()
  linkValidity: string = 'P3D';

  /** A reminder goes out this long after the request, once. */
  @IsPeriod()
  reminderAfter: string = 'P2D';

  /** A minor's account ends this long after the last request was refused or ran out, if nobody else was asked (PIPL 31). */
  @IsPeriod()
  unconsentedEndsAfter: string = 'P30D';

  /** Links sent for one consent, the first included. */
  @IsInt()
  @Min(1)
  @Max(50)
  maxLinks: number = 5;

  /** Requests that a minor may send until a guardian consents, the one of the registration included: a typing error or two. */
  @IsInt()
  @Min(1)
  @Max(50)
  maxRequests: number = 6;

  /** Minors that one number may guard or be asked to guard at a time. */
  @IsInt()
  @Min(1)
  @Max(100)
  maxWards: number = 5;
}
