import { v7, validate } from 'uuid';

/** A new UUIDv7 (RFC 9562): sorts by creation time, so that keyset pages and B-trees stay in order. */
export const newId = (): string => v7();

export const isId = (value: unknown): value is string => typeof value === 'string' && validate(value);
