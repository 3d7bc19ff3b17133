import { DomainError } from '../../kernel/domain-error.js';
import { HTTP_ERRORS } from '../http/http.errors.js';
import { post, row } from './sql.js';
import type { Tx } from './tx.js';

/** A request that happens once however often it is sent. Without a key it simply runs. */
export interface Once {
  /** Caller and `Idempotency-Key` together: one caller's keys never meet another's. */
  readonly key?: string;
  /** Digest of route and body. */
  readonly requestHash?: string;
}

export const RUNS_ALWAYS: Once = Object.freeze({});

/** Answers are kept this long; a client that retries later starts anew. */
export const KEPT_HOURS = 24;

interface Kept {
  readonly request_hash: string;
  readonly answer: Buffer;
}

/**
 * The kept answer to `once`, or undefined when this request is the first.
 * The advisory lock lets a second request with the same key wait for the first one's commit instead of racing it.
 * @throws DomainError idempotency_key_reused when the key came with another body
 */
export async function keptAnswer(tx: Tx, key: string, requestHash: string): Promise<Buffer | undefined> {
  await post(tx, 'SELECT pg_advisory_xact_lock(hashtextextended($1, 42))', [key]);
  return findAnswer(tx, key, requestHash);
}

/**
 * The same without waiting for a request under way.
 * @throws DomainError idempotency_key_reused when the key came with another body
 */
export async function findAnswer(reader: Tx, key: string, requestHash: string): Promise<Buffer | undefined> {
  const kept = await row<Kept>(reader, 'SELECT request_hash, answer FROM idempotency_keys WHERE key = $1', [key]);
  if (kept === undefined) return undefined;
  if (kept.request_hash !== requestHash) throw new DomainError(HTTP_ERRORS.idempotency_key_reused);
  return kept.answer;
}

export async function keepAnswer(tx: Tx, key: string, requestHash: string, answer: Buffer, now: Date): Promise<void> {
  await post(
    tx,
    `INSERT INTO idempotency_keys (key, request_hash, answer, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $4::timestamptz + interval '${KEPT_HOURS} hours')`,
    [key, requestHash, answer, now],
  );
}
