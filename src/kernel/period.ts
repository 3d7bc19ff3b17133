import { DateTime, Duration } from 'luxon';

/** The zone in which legal days are counted (agreement clause 8.1: PRC mainland law). */
export const LEGAL_ZONE = 'Asia/Shanghai';

/** An ISO 8601 duration such as `P6M`, `PT2S`. Periods are configuration, never constants. */
export type Period = string;

export const isPeriod = (value: unknown): value is Period =>
  typeof value === 'string' &&
  /^P(?=.)/.test(value) &&
  /\d[A-Z]$/.test(value) &&
  !value.includes('-') &&
  Duration.fromISO(value).isValid;

/** `instant` plus `period`, months and days counted on the legal calendar. */
export const addPeriod = (instant: Date, period: Period): Date =>
  DateTime.fromJSDate(instant, { zone: LEGAL_ZONE }).plus(parse(period)).toJSDate();

/** `instant` minus `period`. */
export const subtractPeriod = (instant: Date, period: Period): Date =>
  DateTime.fromJSDate(instant, { zone: LEGAL_ZONE }).minus(parse(period)).toJSDate();

/** Length in milliseconds; months and years as 30 and 365 days, so only for leases, limits and waits. */
export const periodMs = (period: Period): number => parse(period).toMillis();

export const periodSeconds = (period: Period): number => Math.ceil(periodMs(period) / 1000);

/** The calendar day `YYYY-MM-DD` of an instant in the legal zone. */
export const legalDay = (instant: Date): string => {
  const day = DateTime.fromJSDate(instant, { zone: LEGAL_ZONE }).toISODate();
  if (day === null) throw new RangeError('invalid instant');
  return day;
};

/** The first instant of `day` (`YYYY-MM-DD`) in the legal zone. */
export const startOfLegalDay = (day: string): Date =>
  DateTime.fromISO(day, { zone: LEGAL_ZONE }).startOf('day').toJSDate();

/** The first instant of the day after `day`: 24:00 of that day (民法典 203). */
export const endOfLegalDay = (day: string): Date =>
  DateTime.fromISO(day, { zone: LEGAL_ZONE }).startOf('day').plus({ days: 1 }).toJSDate();

/**
 * When a record kept "for at least" `period` from `from` may go: the first day not counted, and the last day counted
 * whole, so the earliest instant is the start of the day after the corresponding day (民法典 201–203).
 * Periods below a day (used in tests and demos) are exact.
 */
export function atLeastUntil(from: Date, period: Period): Date {
  const duration = parse(period);
  if (!hasDateParts(duration)) return addPeriod(from, period);
  return endOfLegalDay(legalDay(addPeriod(from, period)));
}

const hasDateParts = (d: Duration): boolean => d.years + d.quarters + d.months + d.weeks + d.days > 0;

function parse(period: Period): Duration {
  const duration = Duration.fromISO(period);
  if (!duration.isValid) throw new RangeError(`not an ISO 8601 duration: ${period}`);
  return duration;
}
