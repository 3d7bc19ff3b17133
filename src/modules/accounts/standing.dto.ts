import { Bool, Enum, Instant, Int, List, Obj, Text, Uuid } from '../../platform/http/fields.js';
import { AGE_BANDS, type AgeBand } from './domain/age.js';
import { STANDING_STATUSES, type StandingStatus } from './domain/standing.js';

export class BlockDto {
  @Text({
    max: 60,
    description: '`suspension`, `closure`, `agreement_pending`, …: why use is stopped.',
    example: 'suspension',
  })
  code: string;

  @Text({ max: 60, example: '7.1' })
  clause: string;

  @Instant()
  since: string;

  @Instant({ nullable: true, description: 'Null: until somebody lifts it.' })
  until: string | null;

  @Uuid({ optional: true })
  sanctionId?: string;
}

export class RestrictedFeatureDto {
  @Text({ max: 100, example: 'api_access' })
  feature: string;

  @Text({ max: 60, example: '7.1' })
  clause: string;

  @Instant({ nullable: true })
  until: string | null;
}

export class PendingDto {
  @Text({ max: 60, example: 'agreement_pending' })
  code: string;

  @Instant({ nullable: true })
  dueAt: string | null;

  @Text({ max: 100, optional: true, example: 'user-agreement' })
  documentId?: string;

  @Text({ max: 60, optional: true, example: '2025-01-20' })
  version?: string;

  @Uuid({ optional: true })
  sanctionId?: string;
}

export class QuietHoursDto {
  @Text({ max: 5, example: '22:00' })
  from: string;

  @Text({ max: 5, example: '06:00' })
  to: string;
}

export class MinorDto {
  @Enum(AGE_BANDS, { example: '14_17' })
  band: AgeBand;

  @Text({ max: 40, example: 'minor' })
  mode: string;

  @Int({ min: 0, max: 1440, optional: true, example: 120 })
  minutesPerDay?: number;

  @Obj(() => QuietHoursDto, { optional: true })
  quietHours?: QuietHoursDto;
}

export class DataUseDto {
  @Bool({ description: 'The person objects to the use of inputs and outputs for improvement (4.3).', example: false })
  improvementObjection: boolean;
}

export class StandingDto {
  @Uuid()
  accountId: string;

  @Int({
    min: 1,
    max: 2_147_483_647,
    description: 'Equal version, equal answer; counts changes made by time too.',
    example: 3,
  })
  version: number;

  @Instant()
  asOf: string;

  @Enum(STANDING_STATUSES, {
    description:
      'One word for people; gateways obey `mayUse`. `suspended` is a sanction (7.1). Who has to answer a new agreement or to ' +
      'put information right is `active` and may not use: `blocks` says what is missing.',
  })
  status: StandingStatus;

  @Bool({ description: 'Whether the product may be used now; the only thing a gateway has to look at.' })
  mayUse: boolean;

  @List(() => BlockDto, { max: 1000 })
  blocks: BlockDto[];

  @List(() => RestrictedFeatureDto, { max: 1000 })
  restrictedFeatures: RestrictedFeatureDto[];

  @List(() => PendingDto, { max: 1000 })
  pending: PendingDto[];

  @Obj(() => MinorDto, { nullable: true })
  minor: MinorDto | null;

  @Obj(() => DataUseDto)
  dataUse: DataUseDto;

  @Instant({ nullable: true, description: 'When to ask again without being told.' })
  nextChangeAt: string | null;
}
