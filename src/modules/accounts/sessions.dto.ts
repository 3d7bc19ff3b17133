import { Bool, Enum, Instant, Int, List, OneTimeCode, Phone, Text, Uuid } from '../../platform/http/fields.js';
import { STANDING_STATUSES } from './domain/standing.js';
import { STEP_UP_PURPOSES, type StepUpPurpose } from './step-up.service.js';
import type { StandingStatus } from './domain/standing.js';

const DEVICE_TOKEN = {
  max: 200,
  description:
    'Of an earlier session on this device. It opens nothing: codes asked for with it are counted apart from what others ask ' +
    'for, so that a stranger who knows the number locks nobody out. Send it with both requests of a sign-in.',
  example: '0198c0de-7a11-7c3e-9b1d-2f4a6c8e0b13.mh2k1x00.gJ0…',
} as const;

export class SignInCodeDto {
  @Phone()
  phone: string;

  @Text({ ...DEVICE_TOKEN, optional: true })
  deviceToken?: string;
}

export class CodeSentDto {
  @Instant({ description: 'Until when the code works, if one was sent.' })
  expiresAt: string;

  @Int({ min: 0, max: 86_400, example: 60 })
  resendAfterSeconds: number;
}

export class SignInDto {
  @Phone()
  phone: string;

  @OneTimeCode()
  code: string;

  @Text({ ...DEVICE_TOKEN, optional: true })
  deviceToken?: string;
}

export class RefreshDto {
  @Text({ max: 200, example: 'rt_AZjA3noRfD6bHS9KbI4LEwAAAAE' })
  refreshToken: string;
}

export class SessionTokensDto {
  @Uuid()
  accountId: string;

  @Uuid()
  sessionId: string;

  @Enum(['Bearer'])
  tokenType: 'Bearer';

  @Text({ max: 4000, example: 'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9…' })
  accessToken: string;

  @Int({ min: 1, max: 86_400, description: 'Seconds.', example: 600 })
  expiresIn: number;

  @Text({
    max: 200,
    description: 'Works once; the answer brings the next one.',
    example: 'rt_AZjA3noRfD6bHS9KbI4LEwAAAAE',
  })
  refreshToken: string;

  @Instant()
  refreshExpiresAt: string;

  @Text({
    ...DEVICE_TOKEN,
    description: 'To be kept on the device after signing out too, and sent with the next sign-in.',
  })
  deviceToken: string;
}

export class SignedInDto extends SessionTokensDto {
  @Enum(STANDING_STATUSES)
  status: StandingStatus;

  @Bool({ description: 'Whether the product may be used; a session alone opens only the rights of its holder.' })
  mayUse: boolean;
}

export class SessionDto {
  @Uuid()
  id: string;

  @Bool({ description: 'The session of this request.' })
  current: boolean;

  @Text({ max: 40, example: 'phone_code' })
  method: string;

  @Instant()
  createdAt: string;

  @Instant()
  lastUsedAt: string;

  @Instant()
  expiresAt: string;

  @Text({ max: 64, nullable: true, example: '203.0.113.7' })
  ip: string | null;

  @Text({ max: 400, nullable: true, example: 'Mozilla/5.0' })
  userAgent: string | null;
}

export class SessionListDto {
  @List(() => SessionDto, { max: 1000 })
  items: SessionDto[];

  @Text({ max: 500, nullable: true, description: 'Always null: the list is short.' })
  nextCursor: string | null;
}

export class SessionsEndedDto {
  @Int({ min: 0, max: 100_000, example: 3 })
  ended: number;
}

export class StepUpCodeDto {
  @Enum(STEP_UP_PURPOSES, { description: 'What the code will be for; it is worth nothing for anything else.' })
  purpose: StepUpPurpose;
}
