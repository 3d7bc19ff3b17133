import { IsString } from 'class-validator';
import { ConfigSection } from '../../platform/config/config-section.js';

@ConfigSection('agreements')
export class AgreementsConfig {
  /** What documents there are; their texts are published, not configured. */
  @IsString()
  documentsFile: string = 'config/agreements.yaml';

  /** Embedded mode only: the first of these files that exists is the user agreement until one is published. Empty: none. */
  @IsString({ each: true })
  embeddedTexts: string[] = [
    '../shared/seed/deepseek-user-agreement-2025-01-20.zh-CN.txt',
    'config/agreements/sample-user-agreement.zh-CN.md',
  ];
}
