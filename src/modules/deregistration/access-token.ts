import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits: what lets a person without a session see how their own leaving stands, and fetch the receipt. */
export const newAccessToken = (): string => randomBytes(32).toString('base64url');

export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');

export function opens(token: string, hashes: readonly (string | null)[]): boolean {
  const given = Buffer.from(tokenHash(token));
  return hashes.map((hash) => hash !== null && timingSafeEqual(given, Buffer.from(hash))).includes(true);
}
