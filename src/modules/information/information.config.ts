import { IsString } from 'class-validator';
import { ConfigSection, IsPeriod } from '../../platform/config/config-section.js';

/** Truth of what people told about themselves (2.2). */
@ConfigSection('information')
export class InformationConfig {
  /** How long somebody has to put disputed information right. */
  @IsPeriod()
  correctWithin: string = 'P15D';

  /** When a reviewer has to have looked at a correction. */
  @IsPeriod()
  reviewWithin: string = 'P10D';

  /** The features that may be limited meanwhile. */
  @IsString()
  featuresFile: string = 'config/features.yaml';
}
