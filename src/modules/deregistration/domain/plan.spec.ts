import { applyAgreement, type Plan, type PlannedClass, planHash, planProblems, toldDigest, toSeal } from './plan.js';

const erased: PlannedClass = { recordClass: 'profile', disposition: 'erase', action: 'delete', held: false };
const told: PlannedClass = {
  recordClass: 'feedback',
  disposition: 'retain',
  action: 'delete',
  basisKind: 'told_consent',
  basis: [{ instrument: 'YD/T 6221-2024', article: '10.2' }],
  period: 'P1Y',
  held: false,
};
const plan: Plan = {
  policy: { version: '1', sha256: 'a'.repeat(64) },
  classes: [erased, told],
  participants: [{ name: 'chat', recordClasses: ['chat_content'] }],
};

describe('the plan', () => {
  it('R44 has the same hash for the same content and another for any change', () => {
    expect(planHash({ ...plan })).toBe(planHash(plan));
    expect(planHash({ ...plan, classes: [told, erased] })).not.toBe(planHash(plan));
    expect(planHash({ ...plan, classes: [{ ...erased, held: true }, told] })).not.toBe(planHash(plan));
    expect(planHash({ ...plan, policy: { ...plan.policy, version: '2' } })).not.toBe(planHash(plan));
  });

  it('R21 an empty participant list is an error, not success', () => {
    expect(planProblems(plan)).toEqual([]);
    expect(planProblems({ ...plan, participants: [] })).toEqual(['no participant is configured']);
    expect(planProblems({ ...plan, participants: [...plan.participants, ...plan.participants] })).toHaveLength(1);
    expect(planProblems({ ...plan, classes: [] })).toHaveLength(1);
  });

  it('keeps a told_consent class only if exactly what was told was agreed to', () => {
    expect(toSeal({ ...plan, classes: applyAgreement(plan.classes, []) })).toEqual([]);
    const yes = [{ recordClass: 'feedback', digest: toldDigest(told) }];
    expect(toSeal({ ...plan, classes: applyAgreement(plan.classes, yes) })).toEqual(['feedback']);
    const later = { ...told, period: 'P9Y' };
    expect(applyAgreement([later], yes)).toMatchObject([{ disposition: 'erase' }]);
  });
});
