import { hash } from 'node:crypto';
import canonicalizeModule from 'canonicalize';

// Its types describe an ES default export; what is loaded is the CommonJS function itself.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/** JCS (RFC 8785): the one byte string of a JSON value, which is what gets hashed and signed. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('value has no JSON form');
  return text;
}

/** SHA-256 in lower-case hex. */
export const sha256Hex = (data: string | Uint8Array): string => hash('sha256', data, 'hex');

/** SHA-256 of the canonical form: the identity of a policy, a plan, a request body. */
export const digestOf = (value: unknown): string => sha256Hex(canonicalJson(value));
