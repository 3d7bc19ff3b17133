import { Type } from 'class-transformer';
import {
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { ConfigSection, IsPeriod } from '../../platform/config/config-section.js';
import { AUTO_APPROVAL_CONDITIONS, type AutoApprovalCondition } from './domain/auto-approval.js';

/** Another system that holds data of an account and must act when it ends. */
export class ParticipantConfig {
  @Matches(/^[a-z][a-z0-9-]{0,62}$/)
  name: string;

  /** Record classes it holds, so that a hold on a class reaches it too. */
  @IsString({ each: true })
  recordClasses: string[] = [];

  /** Client ids that may answer for it; empty: any service with the scope. */
  @IsString({ each: true })
  @IsOptional()
  clients: string[] = [];
}

/** Clause 2.5. Cooling-off, review, notice and execution together must keep the legal limit, or the service does not start. */
@ConfigSection('deregistration')
export class DeregistrationConfig {
  @IsPeriod()
  coolingOff: string = 'P7D';

  /** The reminder goes out this long before cooling-off ends. */
  @IsPeriod()
  reminderBefore: string = 'P1D';

  /** How long review may take; the task is overdue afterwards. */
  @IsPeriod()
  reviewLimit: string = 'P5D';

  /** Nothing is erased before the final notice has been out for so long. */
  @IsPeriod()
  finalNoticeLead: string = 'P1D';

  /** How often it is looked whether the final notice has left. */
  @IsPeriod()
  noticeLook: string = 'PT1S';

  /** How long execution may take from the point of no return to the receipt. */
  @IsPeriod()
  executionLimit: string = 'P2D';

  /** 四部门认定方法 6; GB/T 35273-2020 8.5. */
  @IsInt()
  @Min(1)
  @Max(60)
  legalLimitWorkingDays: number = 15;

  /** Everybody who must acknowledge. Empty is an error at execution, never "nobody to wait for" (R21). */
  @IsArray()
  @ArrayUnique((p: ParticipantConfig) => p.name)
  @ValidateNested({ each: true })
  @Type(() => ParticipantConfig)
  participants: ParticipantConfig[] = [];

  /** A participant that was told and stays silent for so long makes the request `partially_executed`. */
  @IsPeriod()
  acknowledgementDeadline: string = 'PT12H';

  /** After `partially_executed` the silent or refusing are asked again this often. */
  @IsPeriod()
  partialRetry: string = 'PT6H';

  /** A worker that holds a unit longer than this has lost it. */
  @IsPeriod()
  unitLease: string = 'PT60S';

  @IsPeriod()
  retryBase: string = 'PT5S';

  @IsPeriod()
  retryCap: string = 'PT15M';

  /** A unit that failed so often makes the request `partially_executed`: alarmed, still retried. */
  @IsInt()
  @Min(1)
  @Max(1000)
  alarmAfterAttempts: number = 8;

  /** The sealed address goes at the latest so long after it was taken. */
  @IsPeriod()
  snapshotLife: string = 'P30D';

  /** An obstacle that its participant has not repeated for so long does not block; P90D at most (网络数据安全管理条例 23). */
  @IsPeriod()
  obligationFreshness: string = 'P30D';

  /** Off; on, it needs at least one condition below, or the service does not start. */
  @IsBoolean()
  autoApproval: boolean = false;

  @IsIn([...AUTO_APPROVAL_CONDITIONS], { each: true })
  autoApprovalConditions: AutoApprovalCondition[] = [...AUTO_APPROVAL_CONDITIONS];

  /** Per cent of what would be automatic that a person looks at. */
  @IsInt()
  @Min(0)
  @Max(100)
  autoApprovalSample: number = 5;

  /** Participants that the demo world answers for, in embedded mode only. */
  @IsString({ each: true })
  demoParticipants: string[] = [];

  /** Tests only, refused in production: the process kills itself at `phase/unit:moment`. */
  @IsOptional()
  @Matches(/^[a-z_]+\/[a-z0-9_*-]+:(claimed|worked|committed)$/)
  killPoint?: string = undefined;
}
