import { Enum, Instant, Int, List, Text, Uuid } from '../../../platform/http/fields.js';
import { PageQuery } from '../../../platform/http/paging.js';
import { SANCTION_OUTCOMES, type SanctionOutcome } from '../domain/change-text.js';
import { SANCTION_STATES, type SanctionState } from '../domain/sanction-lifecycle.js';
import { type Measure, MEASURES } from '../domain/taxonomy.js';
import { ReasonDto } from '../enforcement.dto.js';

export class SanctionDto {
  @Uuid()
  id: string;

  @Uuid()
  accountId: string;

  @Uuid()
  caseId: string;

  @Uuid()
  decisionId: string;

  @Enum(MEASURES)
  type: Measure;

  @Enum(SANCTION_STATES, { description: 'As of now.' })
  state: SanctionState;

  @Int({ min: 1, max: 1_000_000_000, example: 2 })
  version: number;

  @Text({ max: 10, example: '3.3(9)' })
  clause: string;

  @List('text', { max: 20, example: [] })
  features: string[];

  @Instant()
  startsAt: string;

  @Instant({ nullable: true })
  endsAt: string | null;

  @Instant({ nullable: true })
  reviewAt: string | null;

  @Instant({ nullable: true })
  endedAt: string | null;
}

const EXPLANATION = {
  max: 2000,
  optional: true,
  description: 'In the person’s language: what they read of why. A measure that is made longer has one.',
  example: 'The identity of the holder has been shown.',
} as const;

/** `reason` is for the record, `explanation` for the person. */
export class WhyDto extends ReasonDto {
  @Text(EXPLANATION)
  explanation?: string;
}

export class ChangeSanctionDto extends WhyDto {
  @Instant({ optional: true })
  endsAt?: string;

  @List('text', { max: 20, itemMax: 40, optional: true, description: 'Features to free.', example: ['share'] })
  freeFeatures?: string[];
}

export class SanctionReviewDto extends WhyDto {
  @Enum(['kept', 'ends', 'lifted'])
  outcome: 'kept' | 'ends' | 'lifted';

  @Instant({ optional: true, description: 'For `kept`: when it is looked at the next time.' })
  reviewAt?: string;

  @Instant({ optional: true, description: 'For `ends`.' })
  endsAt?: string;
}

export class ChangePreviewDto {
  @Enum(SANCTION_OUTCOMES)
  outcome: SanctionOutcome;

  @Text(EXPLANATION)
  explanation?: string;

  @Instant({ optional: true })
  endsAt?: string;

  @List('text', { max: 20, itemMax: 40, optional: true, description: 'Features to free.', example: ['share'] })
  freeFeatures?: string[];

  @Instant({ optional: true, description: 'For `kept`.' })
  reviewAt?: string;
}

export class SanctionQuery extends PageQuery {
  @Uuid({ optional: true })
  accountId?: string;

  @Uuid({ optional: true })
  caseId?: string;

  @Uuid({ optional: true })
  decisionId?: string;

  @Enum(SANCTION_STATES, { optional: true })
  state?: SanctionState;

  @Enum(MEASURES, { optional: true })
  type?: Measure;
}
