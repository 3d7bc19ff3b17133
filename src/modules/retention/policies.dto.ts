import { Bool, Enum, Instant, Int, List, Text } from '../../platform/http/fields.js';

const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const LONGEST_POLICY = 240_000;

export class PolicyVersionDto {
  @Text({ max: 100, example: '2026-11-23' })
  version: string;

  @Text({ max: 64, example: SHA256 })
  sha256: string;

  @Bool({ example: true })
  inForce: boolean;

  @Instant({ description: 'First in force.' })
  pinnedAt: string;

  @Int({ min: 0, max: 10_000, example: 40 })
  classes: number;
}

export class PolicyVersionsDto {
  @List(() => PolicyVersionDto, { max: 100, description: 'Newest first.' })
  items: PolicyVersionDto[];
}

export class PolicyPreviewRequestDto {
  @Text({
    max: LONGEST_POLICY,
    description: 'The policy to try, as YAML.',
    example: 'version: next\nrecordClasses: {}',
  })
  policy: string;
}

export class ClassEffectDto {
  @Text({ max: 100, example: 'access_log' })
  recordClass: string;

  @Enum(['added', 'removed', 'shorter_or_longer', 'other', 'none'])
  change: string;

  @Text({ max: 500, nullable: true, example: 'seal, account_end + P6M' })
  before: string | null;

  @Text({ max: 500, nullable: true, example: 'seal, account_end + P1Y' })
  after: string | null;

  @Int({ min: 0, max: 1_000_000_000, description: 'Live rows.', example: 12 })
  live: number;

  @Int({ min: 0, max: 1_000_000_000, description: 'Sealed records.', example: 3 })
  retained: number;

  @Int({ min: 0, max: 1_000_000_000, description: 'What the first run would erase.', example: 1 })
  dueAtOnce: number;

  @Instant({ nullable: true })
  earliest: string | null;

  @Instant({ nullable: true })
  latest: string | null;
}

export class PolicyPreviewDto {
  @Text({ max: 100, example: '2026-11-23' })
  from: string;

  @Text({ max: 100, example: 'next' })
  to: string;

  @List('text', { max: 1000, itemMax: 500, description: 'Why it would not start with this database.' })
  problems: string[];

  @List(() => ClassEffectDto, { max: 1000 })
  classes: ClassEffectDto[];
}
