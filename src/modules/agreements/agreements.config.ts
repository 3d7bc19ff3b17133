import { IsInt, IsString, Max, Min } from 'class-validator';
import { ConfigSection, IsPeriod } from '../../platform/config/config-section.js';

@ConfigSection('agreements')
export class AgreementsConfig {
  /** What documents there are; their texts are published, not configured. */
  @IsString()
  documentsFile: string = 'config/agreements.yaml';

  /** Embedded mode only: the first of these files that exists is the user agreement until one is published. */
  @IsString({ each: true })
  embeddedTexts: string[] = [
    '../shared/seed/deepseek-user-agreement-2025-01-20.zh-CN.txt',
    'config/agreements/sample-user-agreement.zh-CN.md',
  ];

  /** After an `explicit` version takes effect, how long the account may be used before it must have answered. */
  @IsPeriod()
  reconsentWithin: string = 'PT0S';

  /** Accounts that learn of a new version in one transaction. */
  @IsInt()
  @Min(1)
  @Max(10_000)
  rolloutBatch: number = 500;
}
