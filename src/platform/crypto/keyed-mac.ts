import { timingSafeEqual } from 'node:crypto';
import type { BlindIndex } from './blind-index.js';

/*
 * A keyed digest as URL-safe text, for tokens that carry what they open and are stored nowhere. It takes 16 bytes at the
 * least; a purpose of its own keeps a token of one kind from opening what another kind opens (row 15).
 */

export const macOf = (index: BlindIndex, purpose: string, text: string, bytes = 32): string =>
  textOf(index.of(purpose, text), bytes);

/** Under every key version that is still in use; the time does not tell which fits. */
export const isMacOf = (index: BlindIndex, purpose: string, text: string, given: string, bytes = 32): boolean =>
  index
    .allVersions(purpose, text)
    .map((digest) => same(textOf(digest, bytes), given))
    .includes(true);

const textOf = (digest: string, bytes: number): string =>
  Buffer.from(digest.slice(digest.indexOf(':') + 1), 'hex')
    .subarray(0, bytes)
    .toString('base64url');

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
