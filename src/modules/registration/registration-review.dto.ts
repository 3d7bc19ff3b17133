import { Enum, Instant, Int, Json, List, Text, Uuid } from '../../platform/http/fields.js';
import { OUTCOMES, STAGES } from './domain/policy.js';
import { registrationLifecycle, type RegistrationState } from './domain/registration-lifecycle.js';

export class FiredRule {
  @Text({ max: 100, example: 'device-many-numbers' })
  rule: string;

  @Text({ max: 20, example: '2.3(3)' })
  clause: string;

  @Enum(OUTCOMES)
  outcome: string;

  @Text({ max: 40, example: 'numbers' })
  condition: string;

  @Int({ min: 0, max: 1_000_000_000, nullable: true, example: 9 })
  observed: number | null;

  @Int({ min: 0, max: 1_000_000, nullable: true, example: 8 })
  limit: number | null;

  @Text({ max: 20, nullable: true, example: 'P1D' })
  window: string | null;
}

export class RegistrationDecisionAnswer {
  @Enum(STAGES)
  stage: string;

  @Instant()
  at: string;

  @Enum(OUTCOMES)
  outcome: string;

  @Text({ max: 100 })
  policyVersion: string;

  @Text({ max: 64 })
  policyDigest: string;

  @Json({ description: 'What was known: nothing in it names the person.' })
  facts: object;

  @List(() => FiredRule, { max: 1000 })
  fired: FiredRule[];
}

export class HeldRegistration {
  @Uuid()
  id: string;

  @Int({ min: 1, max: 1_000_000, example: 3 })
  version: number;

  @Enum(registrationLifecycle.states)
  status: RegistrationState;

  @Instant()
  startedAt: string;

  @Text({ max: 40, nullable: true })
  displayName: string | null;

  @Uuid({ nullable: true })
  accountId: string | null;

  @Text({ max: 60, nullable: true })
  refusal: string | null;

  @List(() => RegistrationDecisionAnswer, { max: 100 })
  decisions: RegistrationDecisionAnswer[];
}

export class DecideRegistration {
  @Enum(['approve', 'refuse'])
  decision: 'approve' | 'refuse';

  @Text({ max: 60, pattern: /^[a-z][a-z0-9_]*$/, example: 'identity_plausible' })
  reasonCode: string;

  @Text({ max: 2000, optional: true })
  note?: string;
}
