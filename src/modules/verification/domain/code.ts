import { randomInt, timingSafeEqual } from 'node:crypto';

/** What a code is asked for. A code of one purpose is worth nothing for another. */
export const PURPOSES = [
  'registration',
  'sign_in',
  // From a device that the account was used on before: counted apart from what strangers ask for (row 13).
  'sign_in_known_device',
  'step_up',
  'deregistration',
  'guardian',
  'identifier_change',
  'recovery',
] as const;
export type Purpose = (typeof PURPOSES)[number];

/** What the message says beside the code; which words that is, the message templates know. */
export type CodeWording = 'code' | 'code_for_existing_account';

export const CODE_PATTERN = /^\d{6}$/;

/** Six digits, each as likely as any other. */
export const newCode = (): string => randomInt(0, 1_000_000).toString().padStart(6, '0');

/** Everything a code is bound to, as one unambiguous text; its keyed digest is what is stored. */
export const boundCode = (b: {
  purpose: Purpose;
  subjectId: string;
  destination: string;
  issueId: string;
  code: string;
}): string => JSON.stringify([b.purpose, b.subjectId, b.destination, b.issueId, b.code]);

/** Compares keyed digests without telling by time where they differ. */
export function sameDigest(a: string, b: string): boolean {
  const left = Buffer.from(a, 'utf8');
  const right = Buffer.from(b, 'utf8');
  return left.length === right.length && timingSafeEqual(left, right);
}
