import { Bool, Enum, Instant, Int, Json, List, Text, Uuid } from '../../platform/http/fields.js';
import { OUTCOMES, STAGES } from './domain/policy.js';

const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
/** Below the limit of a body. */
const LONGEST_POLICY = 200_000;

export class RuleVersionDto {
  @Text({ max: 100, example: '2026-11-01' })
  version: string;

  @Text({ max: 64, example: SHA256 })
  digest: string;

  @Bool({ description: 'Who registers now is judged by it.', example: true })
  inForce: boolean;

  @Instant()
  firstUsedAt: string;

  @Int({ min: 0, max: 1_000_000_000, description: 'Decisions under it in the last thirty days.', example: 1200 })
  decisions: number;

  @Int({ min: 0, max: 10_000, example: 14 })
  rules: number;

  @Json({ description: 'Rules, segments and names as they were.', example: { rules: [] } })
  content: Record<string, unknown>;
}

export class RuleVersionsDto {
  @List(() => RuleVersionDto, { max: 100, description: 'Newest first.' })
  items: RuleVersionDto[];
}

export class ReplayRequestDto {
  @Text({ max: LONGEST_POLICY, description: 'The policy to try, as YAML.', example: 'version: next\nrules: []' })
  policy: string;

  @Enum(['P1D', 'P7D', 'P30D'], { optional: true, description: 'How far back; a week by default.' })
  since?: string;
}

export class TurnDto {
  @Enum(OUTCOMES)
  before: string;

  @Enum(OUTCOMES)
  after: string;

  @Int({ min: 0, max: 1_000_000_000, example: 12 })
  count: number;
}

export class RuleCountDto {
  @Text({ max: 100, example: 'numbers-per-device' })
  rule: string;

  @Int({ min: 0, max: 1_000_000_000, example: 12 })
  count: number;
}

export class ReplayChangeDto {
  @Uuid()
  id: string;

  @Instant()
  at: string;

  @Enum(STAGES)
  stage: string;

  @Enum(OUTCOMES)
  before: string;

  @Enum(OUTCOMES)
  after: string;

  @List('text', { max: 200, example: ['numbers-per-device'] })
  rules: string[];
}

export class ReplayDto {
  @Text({ max: 100, example: 'next' })
  version: string;

  @Int({ min: 0, max: 1_000_000_000, example: 1200 })
  attempts: number;

  @Int({ min: 0, max: 1_000_000_000, example: 14 })
  changed: number;

  @List(() => TurnDto, { max: 16, description: 'What was decided, and what would have been.' })
  turns: TurnDto[];

  @List(() => RuleCountDto, { max: 1000, description: 'How often each rule would fire, most first.' })
  rules: RuleCountDto[];

  @List(() => ReplayChangeDto, { max: 200, description: 'The first two hundred that would change; nobody by name.' })
  changes: ReplayChangeDto[];

  @List('text', { max: 1000, description: 'Rules whose input was never recorded in clear.' })
  notReplayable: string[];
}
