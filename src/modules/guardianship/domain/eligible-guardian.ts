import { ageOn } from '../../../kernel/age.js';

/** What the platform knows about the person who is named as guardian. */
export interface GuardianFacts {
  /** True when the number, in its canonical form, is the ward's own. */
  readonly sameNumberAsWard: boolean;
  /** The account behind the number, if there is one. */
  readonly account?: {
    readonly birthDate: string | undefined;
    readonly status: string;
  };
  /** Minors whom this number guards or is asked to guard, this one left out. */
  readonly otherWards: number;
  /** Asked for this minor before, whoever holds the number answered "not my child". */
  readonly saidNotTheirs: boolean;
}

export interface GuardianPolicy {
  readonly adultFrom: number;
  readonly maxWards: number;
}

export type GuardianObjection =
  'same_number' | 'not_adult' | 'not_in_good_standing' | 'too_many_wards' | 'said_not_theirs';

/** Standings in which somebody cannot answer for a child. A person without an account is judged by the code alone. */
const UNFIT = new Set(['closed', 'suspended', 'awaiting_guardian', 'deregistered']);

/** MIN-1, 2.1: why this number cannot be a guardian's; empty when it can. All reasons, never only the first. */
export function objectionsTo(facts: GuardianFacts, policy: GuardianPolicy, today: string): GuardianObjection[] {
  const objections: GuardianObjection[] = [];
  if (facts.sameNumberAsWard) objections.push('same_number');
  const birthDate = facts.account?.birthDate;
  if (birthDate !== undefined && ageOn(birthDate, today) < policy.adultFrom) objections.push('not_adult');
  if (facts.account && UNFIT.has(facts.account.status)) objections.push('not_in_good_standing');
  if (facts.otherWards >= policy.maxWards) objections.push('too_many_wards');
  // They were promised not to be asked about this child again.
  if (facts.saidNotTheirs) objections.push('said_not_theirs');
  return objections;
}
