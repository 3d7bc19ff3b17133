import { Bool, Enum, Instant, List, Obj, Text, Uuid } from '../../platform/http/fields.js';
import { STEP_UP_PURPOSES, type StepUpPurpose } from '../accounts/step-up.service.js';
import {
  ChallengeAnswer,
  OpenedAccount,
  RefusalAnswer,
  RegistrationFacts,
  TokensAnswer,
} from '../registration/register-third-party.service.js';
import { FLOW_PURPOSES, type FlowPurpose } from './third-party.config.js';

const SECRET = /^[\w-]{43}$/;

export class ProviderAnswer {
  @Text({ max: 40, example: 'demo' })
  id: string;

  @Enum(['oidc', 'wechat'])
  kind: string;

  @Text({ max: 60, example: '微信' })
  title: string;

  @List('text', { max: 10, values: FLOW_PURPOSES, description: 'What it may be used for now.' })
  purposes: string[];
}

export class ProvidersAnswer {
  @List(() => ProviderAnswer, { max: 100 })
  items: ProviderAnswer[];
}

export class StartFlow {
  @Text({ max: 40, example: 'demo' })
  provider: string;

  @Enum(FLOW_PURPOSES, { description: '`link` and `step_up` need the token of the account.' })
  purpose: FlowPurpose;

  @Obj(() => RegistrationFacts, { optional: true, description: 'With `register`, and only with it.' })
  registration?: RegistrationFacts;

  @Text({
    max: 6,
    pattern: /^[0-9]{6}$/,
    optional: true,
    example: '042117',
    description: 'With `link`: a step-up code for `identifier_change`.',
  })
  code?: string;

  @Enum(STEP_UP_PURPOSES, { optional: true, description: 'With `step_up`: what the code will be for.' })
  stepUpFor?: StepUpPurpose;

  @Text({ max: 500, optional: true, description: 'Where the browser comes back to; one of the configured addresses.' })
  returnTo?: string;
}

export class FlowStartedAnswer {
  @Uuid()
  id: string;

  @Text({ max: 1000, description: 'Where the browser goes now.' })
  authorizeUrl: string;

  @Text({ max: 43, description: 'Keep it in the page that began; the exchange needs it.' })
  secret: string;

  @Instant()
  expiresAt: string;

  @Uuid({ optional: true })
  registrationId?: string;

  @Obj(() => ChallengeAnswer, { optional: true, description: 'To be solved before the browser goes.' })
  challenge?: ChallengeAnswer;
}

export class SolveChallenge {
  @Text({ max: 43, pattern: SECRET, description: 'The secret of the flow.' })
  secret: string;

  @Text({ max: 10_000, description: 'What the challenge widget returned.' })
  challengeResponse: string;
}

export class ExchangeFlow {
  @Text({ max: 43, pattern: SECRET, description: 'The secret of the flow.' })
  secret: string;

  @Text({ max: 43, pattern: SECRET, description: 'The code that came back in the fragment of the address.' })
  code: string;
}

export class LinkMade {
  @Uuid()
  id: string;

  @Instant({ description: 'It signs in from then on; the number of the account has been told.' })
  signInFrom: string;
}

export class CodeInHand {
  @Enum(STEP_UP_PURPOSES)
  purpose: string;

  @Text({ max: 6, example: '042117' })
  code: string;

  @Instant()
  expiresAt: string;
}

export class FlowFinishedAnswer {
  @Uuid()
  id: string;

  @Enum(['signed_in', 'linked', 'stepped_up', 'completed', 'awaiting_guardian', 'in_review', 'refused'])
  status: string;

  @Uuid({ optional: true })
  registrationId?: string;

  @Obj(() => OpenedAccount, { optional: true })
  account?: OpenedAccount;

  @Obj(() => TokensAnswer, { optional: true })
  tokens?: TokensAnswer;

  @Obj(() => RefusalAnswer, { optional: true })
  refusal?: RefusalAnswer;

  @Obj(() => LinkMade, { optional: true })
  link?: LinkMade;

  @Obj(() => CodeInHand, { optional: true })
  stepUp?: CodeInHand;
}

export class AuthorizeQuery {
  @Uuid({ description: 'The flow, as begun with POST /v1/third-party-flows.' })
  flow: string;
}

export class LinkAnswer {
  @Uuid()
  id: string;

  @Text({ max: 40, nullable: true, description: 'Null for a provider that is not configured any more.' })
  provider: string | null;

  @Text({ max: 60, nullable: true })
  title: string | null;

  @Bool({ description: 'Whether it can sign in now: the provider is in use.' })
  usable: boolean;

  @Text({ max: 500, description: 'Issuer, and the first character of the subject.' })
  account: string;

  @Instant()
  since: string;
}

export class LinksAnswer {
  @List(() => LinkAnswer, { max: 100 })
  items: LinkAnswer[];

  @Text({ max: 500, nullable: true, description: 'Always null: the list is short.' })
  nextCursor: string | null;
}

export class Unlink {
  @Text({ max: 6, pattern: /^[0-9]{6}$/, example: '042117', description: 'A step-up code for `identifier_change`.' })
  code: string;
}
