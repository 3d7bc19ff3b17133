import {
  applyAgreement,
  type Plan,
  type PlannedClass,
  planHash,
  planProblems,
  toErase,
  toldDigest,
  toSeal,
} from './plan.js';

const erased: PlannedClass = {
  recordClass: 'profile',
  disposition: 'erase',
  basis: null,
  reason: null,
  period: null,
  atExpiry: null,
  readers: [],
  holds: [],
};
const kept: PlannedClass = { ...erased, recordClass: 'access_log', disposition: 'keep' };
const told: PlannedClass = {
  recordClass: 'feedback',
  disposition: 'seal',
  basis: { kind: 'told_consent', references: [{ instrument: 'YD/T 6221-2024', article: '10.2' }] },
  reason: { zh: '用于答复您的反馈。', en: 'To answer your feedback.' },
  period: 'P1Y',
  atExpiry: 'shred',
  readers: ['legal'],
  holds: [],
};
const plan: Plan = {
  policy: { version: '1', sha256: 'a'.repeat(64) },
  classes: [erased, told, kept],
  participants: [{ name: 'chat', recordClasses: ['chat_content'] }],
};

describe('the plan', () => {
  it('R44 has the same hash for the same content and another for any change', () => {
    expect(planHash({ ...plan })).toBe(planHash(plan));
    expect(planHash({ ...plan, classes: [told, erased, kept] })).not.toBe(planHash(plan));
    expect(planHash({ ...plan, classes: [{ ...erased, holds: ['h'] }, told, kept] })).not.toBe(planHash(plan));
    expect(planHash({ ...plan, policy: { ...plan.policy, version: '2' } })).not.toBe(planHash(plan));
  });

  it('R21 an empty participant list is an error, not success', () => {
    expect(planProblems(plan)).toEqual([]);
    expect(planProblems({ ...plan, participants: [] })).toEqual(['no participant is configured']);
    expect(planProblems({ ...plan, participants: [...plan.participants, ...plan.participants] })).toHaveLength(1);
    expect(planProblems({ ...plan, classes: [] })).toHaveLength(1);
  });

  it('seals what is retained, erases its live copy too, and leaves what stays where it is', () => {
    expect(toSeal(plan)).toEqual(['feedback']);
    expect(toErase(plan)).toEqual(['profile', 'feedback']);
  });

  it('keeps a told_consent class only if exactly what was told was agreed to', () => {
    expect(toSeal({ ...plan, classes: applyAgreement(plan.classes, []) })).toEqual([]);
    const yes = [{ recordClass: 'feedback', digest: toldDigest(told) }];
    expect(toSeal({ ...plan, classes: applyAgreement(plan.classes, yes) })).toEqual(['feedback']);
    // For others to read, for longer, or for another end is not what was agreed to.
    const others: Partial<PlannedClass>[] = [
      { readers: ['legal', 'ops'] },
      { period: 'P5Y' },
      { atExpiry: 'anonymise' },
    ];
    for (const other of others)
      expect(applyAgreement([{ ...told, ...other }], yes)).toMatchObject([{ disposition: 'erase', basis: null }]);
  });
});
