import { DomainError } from '../../kernel/domain-error.js';
import { Int, Text } from './fields.js';
import { HTTP_ERRORS } from './http.errors.js';

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 200;

/** `?limit&cursor` of every list. Extend it with filters. */
export class PageQuery {
  @Int({
    min: 1,
    max: MAX_LIMIT,
    optional: true,
    description: `How many items, ${DEFAULT_LIMIT} by default.`,
    example: 50,
  })
  limit: number = DEFAULT_LIMIT;

  @Text({ max: 500, optional: true, description: '`nextCursor` of the page before.' })
  cursor?: string;
}

export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

type Key = readonly (string | number | Date | null)[];

/**
 * A keyset page out of `limit + 1` rows, so that a list stays stable while rows come and go (no OFFSET, no count).
 * @param keyOf the columns of the ORDER BY, in order, the last one unique
 */
export function pageOf<R, T = R>(
  found: readonly R[],
  limit: number,
  keyOf: (row: R) => Key,
  present: (row: R) => T = (row) => row as unknown as T,
): Page<T> {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const more = found.length > limit && last !== undefined;
  return { items: shown.map(present), nextCursor: more ? encodeCursor(keyOf(last)) : null };
}

export const encodeCursor = (key: Key): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/**
 * @param length how many columns the key has
 * @returns the key's values (dates as RFC 3339 text) or undefined for the first page
 * @throws DomainError invalid_cursor
 */
export function decodeCursor(cursor: string | undefined, length = 2): (string | number | null)[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const key = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
    const scalar = (v: unknown): boolean => v === null || typeof v === 'string' || typeof v === 'number';
    if (Array.isArray(key) && key.length === length && key.every(scalar)) return key as (string | number | null)[];
  } catch {
    // not one of ours: told below
  }
  throw new DomainError(HTTP_ERRORS.invalid_cursor);
}
