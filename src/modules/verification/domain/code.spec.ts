import fc from 'fast-check';
import { boundCode, CODE_PATTERN, newCode, sameDigest } from './code.js';
import { type SendFacts, sendRefusals } from './send-limits.js';

it('codes are six digits, leading zeros kept, spread over the whole range', () => {
  const codes = Array.from({ length: 5_000 }, newCode);
  expect(codes.every((c) => CODE_PATTERN.test(c))).toBe(true);
  const firsts = new Set(codes.map((c) => c[0]));
  expect(firsts.size).toBe(10);
});

it('row 3: no two bindings share a text, so a code never fits another purpose, subject, number or issue', () => {
  const binding = fc.record({
    purpose: fc.constantFrom('registration' as const, 'sign_in' as const),
    subjectId: fc.string(),
    destination: fc.string(),
    issueId: fc.string(),
    code: fc.string(),
  });
  fc.assert(
    fc.property(
      binding,
      binding,
      (a, b) => (boundCode(a) === boundCode(b)) === (JSON.stringify(a) === JSON.stringify(b)),
    ),
  );
});

it('compares digests by content', () => {
  expect(sameDigest('k1:ab', 'k1:ab')).toBe(true);
  expect(sameDigest('k1:ab', 'k1:ac')).toBe(false);
  expect(sameDigest('k1:ab', 'k1:abc')).toBe(false);
});

describe('when a code may be sent', () => {
  const now = new Date('2026-11-23T12:00:00Z');
  const ago = (ms: number): Date => new Date(now.getTime() - ms);
  const limits: SendFacts = {
    now,
    cooldownMs: 60_000,
    budgetMs: 1_800_000,
    maxAttempts: 5,
    maxSends: 5,
    maxSendsPerHour: 6,
    maxSendsPerDay: 15,
  };
  const idle = {
    hourSends: 1,
    hourStartedAt: ago(120_000),
    daySends: 1,
    dayStartedAt: ago(120_000),
    lastSentAt: ago(120_000),
  };

  it('is at once for a fresh subject and number', () => expect(sendRefusals(limits)).toEqual([]));

  it('tells all reasons with their waits, not only the first', () => {
    const found = sendRefusals({
      ...limits,
      subject: { attempts: 5, sends: 5, windowStartedAt: ago(600_000) },
      destination: { ...idle, hourSends: 6, daySends: 15, lastSentAt: ago(20_000) },
    });
    expect(found.map((r) => r.reason)).toEqual([
      'cooldown',
      'too_many_for_destination',
      'too_many_for_destination',
      'attempts_exhausted',
      'too_many_for_subject',
    ]);
    expect(found[0]?.waitMs).toBe(40_000);
    expect(found[3]?.waitMs).toBe(1_200_000);
  });

  it('a window that closed no longer counts', () => {
    const old = ago(25 * 3_600_000);
    const destination = { hourSends: 99, hourStartedAt: old, daySends: 99, dayStartedAt: old, lastSentAt: old };
    expect(sendRefusals({ ...limits, destination, subject: { attempts: 9, sends: 9, windowStartedAt: old } })).toEqual(
      [],
    );
  });
});
