import { Bool, DateOnly, Enum, Instant, Int, Json, List, Obj, Phone, Text, Uuid } from '../../platform/http/fields.js';
import type { RegistrationState } from './domain/registration-lifecycle.js';
import { registrationLifecycle } from './domain/registration-lifecycle.js';

export const CHANNELS = ['web', 'app', 'mini_program', 'sdk', 'api'] as const;

export type Channel = (typeof CHANNELS)[number];

export class AcceptedDocument {
  @Text({ max: 100, example: 'user-agreement' })
  documentId: string;

  @Text({ max: 40, example: '2025-01-20' })
  version: string;
}

export class GuardianContact {
  @Phone({ description: "The guardian's number; another one than the person's own." })
  phone: string;

  @Text({ max: 40, description: 'In whatever word the family uses.', example: 'mother' })
  relationship: string;
}

/** What everybody tells who registers, by whatever means. */
export class RegistrationFacts {
  @DateOnly({ example: '1999-12-31' })
  birthDate: string;

  @Text({ max: 40, optional: true, example: '小明' })
  displayName?: string;

  @Enum(CHANNELS)
  channel: Channel;

  @Text({ max: 200, min: 8, optional: true, example: 'b7c1e0c2-device' })
  deviceId?: string;

  @List(() => AcceptedDocument, { max: 20, description: 'Every agreement in effect, in the version that was shown.' })
  acceptances: AcceptedDocument[];

  @Obj(() => GuardianContact, { optional: true, description: 'Needed under 18 (2.1); not kept otherwise.' })
  guardian?: GuardianContact;
}

export class StartRegistration extends RegistrationFacts {
  @Enum(['phone'], { description: 'Third-party accounts begin at POST /v1/third-party-flows.' })
  method: 'phone';

  @Phone()
  phone: string;

  @Bool({
    optional: true,
    description:
      'True: send the code at once, as POST …/codes would, so that two requests register a number. Where a challenge is asked ' +
      'for, none is sent, and `status` says `started`.',
    example: true,
  })
  sendCode?: boolean;
}

export class RequestCode {
  @Text({ max: 10_000, optional: true, description: 'What the challenge widget returned, where one was asked for.' })
  challengeResponse?: string;
}

export class ProveNumber {
  @Text({ max: 6, pattern: /^[0-9]{6}$/, example: '042117' })
  code: string;
}

export class ChallengeAnswer {
  @Enum(['proof_of_work', 'hosted'])
  kind: string;

  @Json({
    description: 'Parameters for the widget: an ALTCHA challenge, or site key, action and data of the hosted one.',
  })
  parameters: object;
}

export class RefusalAnswer {
  @Text({ max: 60, example: 'identifier_barred' })
  code: string;

  @List('text', { max: 20, description: 'Clauses of the agreement that it rests on.' })
  clauses: string[];

  @Text({ max: 500, description: 'What can be done about it.' })
  redress: string;
}

const STATES: readonly RegistrationState[] = registrationLifecycle.states;

export class RegistrationAnswer {
  @Uuid()
  id: string;

  @Enum(STATES)
  status: RegistrationState;

  @Instant()
  expiresAt: string;

  @Obj(() => RefusalAnswer, { optional: true })
  refusal?: RefusalAnswer;
}

export class StartedAnswer {
  @Uuid()
  id: string;

  @Enum(['started', 'code_sent'], { description: '`code_sent` where the code was wished for and has been sent.' })
  status: 'started' | 'code_sent';

  @Instant({ description: 'The number must be proven by then.' })
  expiresAt: string;

  @Obj(() => ChallengeAnswer, { optional: true, description: 'To be solved before a code is sent.' })
  challenge?: ChallengeAnswer;

  @Instant({ optional: true, description: 'With `code_sent`: the code is good until then.' })
  codeExpiresAt?: string;

  @Int({
    min: 0,
    max: 86_400,
    optional: true,
    description: 'With `code_sent`: seconds until another code may be asked for.',
    example: 60,
  })
  resendAfterSeconds?: number;
}

export class CodeSentAnswer {
  @Uuid()
  id: string;

  @Enum(['code_sent'])
  status: 'code_sent';

  @Instant({ description: 'The code is good until then.' })
  codeExpiresAt: string;

  @Int({ min: 0, max: 86_400, description: 'Seconds until another code may be asked for.', example: 60 })
  resendAfterSeconds: number;
}

export class OpenedAccount {
  @Uuid()
  id: string;

  @Enum(['active', 'awaiting_guardian'])
  state: string;
}

export class TokensAnswer {
  @Enum(['Bearer'])
  tokenType: 'Bearer';

  @Text({ max: 4000 })
  accessToken: string;

  @Int({ min: 1, max: 86_400, example: 600, description: 'Seconds.' })
  expiresIn: number;

  @Text({ max: 4000, description: 'Works once; every refresh gives the next one.' })
  refreshToken: string;

  @Instant()
  refreshExpiresAt: string;

  @Text({ max: 200, description: 'Says at the next sign-in that this device is known; opens nothing.' })
  deviceToken: string;

  @Uuid()
  sessionId: string;

  @Uuid()
  accountId: string;
}

export class ProvenAnswer {
  @Uuid()
  id: string;

  @Enum(['completed', 'awaiting_guardian', 'in_review', 'refused'])
  status: RegistrationState;

  @Obj(() => OpenedAccount, { optional: true })
  account?: OpenedAccount;

  @Obj(() => TokensAnswer, { optional: true })
  tokens?: TokensAnswer;

  @Obj(() => RefusalAnswer, { optional: true })
  refusal?: RefusalAnswer;
}
