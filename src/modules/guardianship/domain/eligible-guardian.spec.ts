import { type GuardianFacts, objectionsTo } from './eligible-guardian.js';

const policy = { adultFrom: 18, maxWards: 5 };
const today = '2026-11-23';
const adult: GuardianFacts = {
  sameNumberAsWard: false,
  account: { birthDate: '1985-06-01', status: 'active' },
  otherWards: 1,
  saidNotTheirs: false,
};

it('accepts an adult in good standing', () => expect(objectionsTo(adult, policy, today)).toEqual([]));

it('accepts somebody the platform does not know: the code to their phone is the proof', () =>
  expect(objectionsTo({ sameNumberAsWard: false, otherWards: 0, saidNotTheirs: false }, policy, today)).toEqual([]));

it('accepts a guardian on the very day they turn 18', () =>
  expect(objectionsTo({ ...adult, account: { birthDate: '2008-11-23', status: 'active' } }, policy, today)).toEqual(
    [],
  ));

it.each([
  ['same_number', { ...adult, sameNumberAsWard: true }],
  ['not_adult', { ...adult, account: { birthDate: '2008-11-24', status: 'active' } }],
  ['not_in_good_standing', { ...adult, account: { birthDate: '1985-06-01', status: 'suspended' } }],
  ['too_many_wards', { ...adult, otherWards: 5 }],
  ['said_not_theirs', { ...adult, saidNotTheirs: true }],
] as const)('objects: %s', (objection, facts) => expect(objectionsTo(facts, policy, today)).toEqual([objection]));

it('gives all reasons at once', () => {
  const worst: GuardianFacts = {
    sameNumberAsWard: true,
    account: { birthDate: '2015-01-01', status: 'awaiting_guardian' },
    otherWards: 9,
    saidNotTheirs: true,
  };
  expect(objectionsTo(worst, policy, today)).toHaveLength(5);
});
