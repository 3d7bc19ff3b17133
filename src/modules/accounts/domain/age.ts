import { ageOn, turns } from '../../../kernel/age.js';
import { legalDay } from '../../../kernel/period.js';

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

const midnight = (day: string): Date => new Date(`${day}T00:00:00+08:00`);
const DAY_MS = 86_400_000;

/**
 * When the band must be looked at again: the first of the month of the next birthday that matters, then each midnight.
 * The due column stands in clear, and the day itself would be the birth date. @returns null: it changes no more
 */
export function bandCheckAfter(birthDate: string, now: Date, ages: BandAges): Date | null {
  const next = bandChanges(birthDate, ages).find((at) => at > now);
  if (next === undefined) return null;
  const monthStart = midnight(`${legalDay(next).slice(0, 7)}-01`);
  return monthStart > now ? monthStart : new Date(midnight(legalDay(now)).getTime() + DAY_MS);
}
