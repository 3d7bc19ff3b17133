import { ageOn, turns } from '../../../kernel/age.js';

/** Bands of clause 2.1: contract capacity (8), consent to data use (14), majority (18). */
export const AGE_BANDS = ['under_8', '8_13', '14_17', '18_plus'] as const;
export type AgeBand = (typeof AGE_BANDS)[number];

/** First birthdays of the second, third and fourth band. */
export interface BandAges {
  readonly contractCapacity: number;
  readonly dataConsent: number;
  readonly majority: number;
}

const bounds = (ages: BandAges): number[] => [ages.contractCapacity, ages.dataConsent, ages.majority];

/** The band of a person born on `birthDate` on a calendar day, both `YYYY-MM-DD`. */
export function bandOn(birthDate: string, day: string, ages: BandAges): AgeBand {
  const age = ageOn(birthDate, day);
  const passed = bounds(ages).filter((bound) => age >= bound).length;
  return AGE_BANDS[passed] as AgeBand;
}

export const isMinorBand = (band: AgeBand): boolean => band !== '18_plus';

/** The midnights, Asia/Shanghai, at which somebody passes from band to band. */
export const bandChanges = (birthDate: string, ages: BandAges): Date[] =>
  bounds(ages).map((bound) => turns(birthDate, bound));
