import { Bool, Enum, Instant, Int, Json, List, Obj, Text, Uuid } from '../../platform/http/fields.js';
import { PageQuery } from '../../platform/http/paging.js';

const ACTOR_KINDS = ['account', 'staff', 'service', 'guardian', 'system', 'public'] as const;
const HASH = /^[0-9a-f]{64}$/;
const HASH_EXAMPLE = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

export class AuditEventQuery extends PageQuery {
  @Enum(['json', 'jsonl'], {
    optional: true,
    description: '`jsonl`: the chain itself as a stream, one canonical event a line; takes `from` and `to` only.',
  })
  format?: 'json' | 'jsonl';

  @Instant({ optional: true, description: 'Not before; with `jsonl`, the time at which the event entered the chain.' })
  from?: string;

  @Instant({ optional: true, description: 'Before; with `jsonl`, the time at which the event entered the chain.' })
  to?: string;

  @Uuid({ optional: true })
  accountId?: string;

  @Text({ max: 100, optional: true, example: 'account.registered' })
  type?: string;

  @Enum(ACTOR_KINDS, { optional: true })
  actorKind?: string;

  @Text({ max: 200, optional: true, example: 'alice' })
  actorId?: string;

  @Text({ max: 100, optional: true, example: 'case' })
  targetKind?: string;

  @Text({ max: 200, optional: true, example: '0198c0de-7a11-7c3e-9b1d-2f4a6c8e0b13' })
  targetId?: string;
}

export class ActorDto {
  @Enum(ACTOR_KINDS)
  kind: string;

  @Text({ max: 200, example: 'alice' })
  id: string;

  @Text({ max: 50, optional: true, example: 'moderator' })
  role?: string;
}

export class AuditTargetDto {
  @Text({ max: 100, example: 'case' })
  kind: string;

  @Text({ max: 200, example: '0198c0de-7a11-7c3e-9b1d-2f4a6c8e0b13' })
  id: string;
}

export class AuditEventDto {
  @Int({
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    nullable: true,
    description: 'Null until it is chained, a second at most.',
    example: 1,
  })
  seq: number | null;

  @Uuid()
  id: string;

  @Instant()
  at: string;

  @Text({ max: 100, example: 'account.registered' })
  type: string;

  @Obj(() => ActorDto)
  actor: ActorDto;

  @Uuid({ optional: true })
  accountId?: string;

  @Obj(() => AuditTargetDto)
  target: AuditTargetDto;

  @List('text', { max: 100, description: 'Duty ids and clause numbers.', example: ['REG-1', '2.2'] })
  clauses: string[];

  @Json({ description: 'Policies it was decided under, with their digests.', example: { retention: HASH_EXAMPLE } })
  policies: Record<string, string>;

  @Text({ max: 64, optional: true, pattern: HASH, description: 'SHA-256(salt ‖ JCS(details)).', example: HASH_EXAMPLE })
  dataDigest?: string;

  @Text({ max: 64, nullable: true, pattern: HASH, example: HASH_EXAMPLE })
  hash: string | null;
}

export class FindingDto {
  @Int({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Where the first fault is.', example: 4711 })
  seq: number;

  @Text({ max: 50, example: 'wrong_hash' })
  code: string;

  @Text({ max: 300, example: 'its content is not what was hashed' })
  message: string;
}

export class VerificationDto {
  @Bool({ example: true })
  ok: boolean;

  @Int({ min: 1, max: Number.MAX_SAFE_INTEGER, nullable: true, example: 1 })
  firstSeq: number | null;

  @Int({ min: 1, max: Number.MAX_SAFE_INTEGER, nullable: true, example: 1000 })
  lastSeq: number | null;

  @Int({ min: 0, max: Number.MAX_SAFE_INTEGER, example: 1000 })
  count: number;

  @Text({ max: 64, pattern: HASH, example: HASH_EXAMPLE })
  head: string;

  @Enum(['genesis', 'checkpoint', 'none'], { description: 'What vouches for the beginning.' })
  anchor: string;

  @Int({ min: 0, max: Number.MAX_SAFE_INTEGER, example: 12 })
  checkpointsMatched: number;

  @Obj(() => FindingDto, { nullable: true })
  finding: FindingDto | null;
}

export class CheckpointDto {
  @Uuid({ description: 'The log; another database is another log.' })
  log: string;

  @Int({ min: 0, max: Number.MAX_SAFE_INTEGER, example: 1000 })
  size: number;

  @Text({ max: 64, pattern: HASH, example: HASH_EXAMPLE })
  head: string;

  @Instant()
  at: string;

  @Text({
    max: 2000,
    description: 'Compact JWS (EdDSA) over the four members above; keys: `/.well-known/jwks.json`.',
    example: 'eyJhbGciOiJFZERTQSJ9.e30.c2ln',
  })
  jws: string;
}
