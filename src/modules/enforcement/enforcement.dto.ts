import { Text, Uuid } from '../../platform/http/fields.js';

/** A clause of the agreement, as callers write it. */
export const CLAUSE = /^\d{1,2}\.\d{1,2}(\(\d{1,2}\))?$/;

export class ContentRefDto {
  @Text({ max: 63, pattern: /^[a-z][a-z0-9-]*$/, example: 'chat' })
  system: string;

  @Text({ max: 300, example: 'conversation/0198c0de/message/4' })
  ref: string;

  @Text({ max: 64, pattern: /^[0-9a-f]{64}$/, optional: true, description: 'SHA-256 of the content as it was seen.' })
  hash?: string;
}

export class ReasonDto {
  @Text({ max: 2000, example: 'Cleared up with the person.' })
  reason: string;
}

export class IdOnlyDto {
  @Uuid()
  id: string;
}
