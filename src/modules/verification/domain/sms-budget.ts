/** What was sent to one country on the word of somebody unproven, and how much of it was proven afterwards. */
export interface CountryHistory {
  readonly country: string;
  /** The best day of the last fourteen. */
  readonly bestDayVerified: number;
  readonly verifiedLastDay: number;
  readonly verifiedLastHour: number;
  readonly unverifiedLastDay: number;
  readonly unverifiedLastHour: number;
}

export interface BudgetFloors {
  readonly day: number;
  readonly hour: number;
}

export interface OverBudget {
  readonly country: string;
  readonly span: 'day' | 'hour';
  readonly observed: number;
  readonly threshold: number;
}

/**
 * Codes that nobody enters are what SMS pumping is made of, so the budget is for those: a share of what real people of
 * that country have lately proven, and never below a floor. A country that grows takes its budget with it.
 */
export function overBudget(h: CountryHistory, floors: BudgetFloors): OverBudget[] {
  const day = Math.max(floors.day, h.bestDayVerified * 0.3, h.verifiedLastDay * 0.3);
  const hour = Math.max(floors.hour, (h.bestDayVerified / 6) * 0.2, h.verifiedLastHour * 0.2);
  const over: OverBudget[] = [];
  if (h.unverifiedLastHour > hour)
    over.push({ country: h.country, span: 'hour', observed: h.unverifiedLastHour, threshold: hour });
  if (h.unverifiedLastDay > day)
    over.push({ country: h.country, span: 'day', observed: h.unverifiedLastDay, threshold: day });
  return over;
}

/** What was asked for from one address within a day, and how much of it was proven. */
export interface AddressHistory {
  readonly verifiedLastDay: number;
  readonly verifiedLastHour: number;
  readonly unverifiedLastDay: number;
  readonly unverifiedLastHour: number;
  /** Countries to which codes went that nobody entered. */
  readonly unverifiedCountries: number;
}

export interface AddressFloors extends BudgetFloors {
  readonly countries: number;
}

export interface AddressOverBudget {
  readonly span: 'address_day' | 'address_hour' | 'address_countries';
  readonly observed: number;
  readonly threshold: number;
}

/**
 * The same for one address: who sends to many numbers, or to a few in many countries, and enters nothing. A campus behind one
 * address proves what it asks for, and its budget grows with that.
 */
export function addressOverBudget(h: AddressHistory, floors: AddressFloors): AddressOverBudget[] {
  const day = Math.max(floors.day, h.verifiedLastDay * 0.3);
  const hour = Math.max(floors.hour, h.verifiedLastHour * 0.3);
  const over: AddressOverBudget[] = [];
  if (h.unverifiedLastHour > hour) over.push({ span: 'address_hour', observed: h.unverifiedLastHour, threshold: hour });
  if (h.unverifiedLastDay > day) over.push({ span: 'address_day', observed: h.unverifiedLastDay, threshold: day });
  if (h.unverifiedCountries > floors.countries)
    over.push({ span: 'address_countries', observed: h.unverifiedCountries, threshold: floors.countries });
  return over;
}

/** Purposes for which a stranger can have a code sent to a number that is not theirs. The others reach a known holder. */
export const ON_A_STRANGERS_WORD = ['registration', 'guardian', 'identifier_change', 'recovery'] as const;
