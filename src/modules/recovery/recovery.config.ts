import { IsIn, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { ConfigSection, IsPeriod } from '../../platform/config/config-section.js';

@ConfigSection('recovery')
export class RecoveryConfig {
  /** Between the proof of a new number by the signed-in owner and its effect; the old number may object meanwhile. */
  @IsPeriod()
  changeCooling: string = 'P3D';

  /** The same after an accepted appeal, where nobody proved the old number. */
  @IsPeriod()
  rebindingDelay: string = 'P7D';

  /** How long the new number may be proved. */
  @IsPeriod()
  proofWithin: string = 'PT30M';

  /** When a reviewer has to have answered an appeal. */
  @IsPeriod()
  reviewWithin: string = 'P10D';

  @IsInt()
  @Min(0)
  @Max(20)
  maxEvidenceFiles: number = 5;

  /** Where the sealed files lie: `<dataDir>/evidence`, or a bucket (section `s3`) when there is more than one machine. */
  @IsIn(['directory', 's3'])
  evidenceStore: 'directory' | 's3' = 'directory';

  @IsOptional()
  @IsString()
  evidenceBucket?: string = undefined;

  @IsString()
  evidencePrefix: string = 'evidence/';

  /** Each row is looked at this often: is its file still there? */
  @IsPeriod()
  evidenceCheckEvery: string = 'P7D';

  /** Appeals from one address in one day. */
  @IsInt()
  @Min(1)
  appealsPerAddress: number = 10;
}
