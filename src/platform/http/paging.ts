import { DomainError } from '../../kernel/domain-error.js';
import { isId } from '../../kernel/ids.js';
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
 * @param present the row as the API tells it; as it is when absent
 */
export function pageOf<R>(found: readonly R[], limit: number, keyOf: (row: R) => Key): Page<R>;
export function pageOf<R, T>(
  found: readonly R[],
  limit: number,
  keyOf: (row: R) => Key,
  present: (row: R) => T,
): Page<T>;
export function pageOf<R>(
  found: readonly R[],
  limit: number,
  keyOf: (row: R) => Key,
  present: (row: R) => unknown = (row) => row,
): Page<unknown> {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const more = found.length > limit && last !== undefined;
  return { items: shown.map(present), nextCursor: more ? encodeCursor(keyOf(last)) : null };
}

export const encodeCursor = (key: Key): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** One that is on the calendar: neither the 30th of February nor the year 0 means anything to PostgreSQL. */
const isInstant = (value: unknown): boolean =>
  typeof value === 'string' &&
  /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/.test(value) &&
  !Number.isNaN(Date.parse(value)) &&
  new Date(value).toISOString().startsWith(value.slice(0, 19));
/** What a column of a key looks like, so that a cast of it cannot fail. */
const CURSOR_PARTS = {
  instant: isInstant,
  id: isId,
  count: (value: unknown) => Number.isSafeInteger(value),
  name: (value: unknown) => typeof value === 'string' && /^[\w./-]{1,100}$/.test(value),
} satisfies Record<string, (value: unknown) => boolean>;

type CursorPart = keyof typeof CURSOR_PARTS;
type Decoded<S extends readonly CursorPart[]> = {
  -readonly [K in keyof S]: S[K] extends 'count' ? number : string;
};

const BY_TIME = ['instant', 'id'] as const;

/**
 * A cursor is words of the caller: what is not of the list's own shape stops here and not in the database.
 * @param shape the columns of the key; most lists go by time
 * @returns the key's values (dates as RFC 3339 text) or undefined for the first page
 * @throws DomainError invalid_cursor
 */
export function decodeCursor<const S extends readonly CursorPart[] = typeof BY_TIME>(
  cursor: string | undefined,
  shape: S = BY_TIME as unknown as S,
): Decoded<S> | undefined {
  if (cursor === undefined) return undefined;
  const key = parsed(cursor);
  if (Array.isArray(key) && key.length === shape.length && shape.every((part, i) => CURSOR_PARTS[part](key[i])))
    return key as Decoded<S>;
  throw new DomainError(HTTP_ERRORS.invalid_cursor);
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
