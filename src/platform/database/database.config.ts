import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { ConfigSection, IsPeriod, Secret } from '../config/config-section.js';

@ConfigSection('database')
export class DatabaseConfig {
  /** `DATABASE_URL`; absent: the embedded server. */
  @Secret()
  @IsOptional()
  @IsString()
  url?: string = undefined;

  /** `DATABASE_REPLICA_URL`: the audit log and statistics are read there; standing and decisions never are. */
  @Secret()
  @IsOptional()
  @IsString()
  replicaUrl?: string = undefined;

  @IsInt()
  @Min(2)
  @Max(200)
  poolSize: number = 16;

  @IsPeriod()
  statementTimeout: string = 'PT15S';

  @IsPeriod()
  lockTimeout: string = 'PT5S';
}
