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
export const addPeriod = (instant: Date, period: Period): Date => {
  const { duration, fixedMs } = parsed(period);
  if (fixedMs !== undefined && isOnFixedOffset(instant)) return new Date(instant.getTime() + fixedMs);
  return DateTime.fromJSDate(instant, { zone: LEGAL_ZONE }).plus(duration).toJSDate();
};

/** `instant` minus `period`. */
export const subtractPeriod = (instant: Date, period: Period): Date =>
  DateTime.fromJSDate(instant, { zone: LEGAL_ZONE }).minus(parse(period)).toJSDate();

/** Length in milliseconds; months and years as 30 and 365 days, so only for leases, limits and waits. */
export const periodMs = (period: Period): number => parse(period).toMillis();

export const periodSeconds = (period: Period): number => Math.ceil(periodMs(period) / 1000);

/** The calendar day `YYYY-MM-DD` of an instant in the legal zone. */
export const legalDay = (instant: Date): string => {
  if (isOnFixedOffset(instant)) return new Date(instant.getTime() + OFFSET_MS).toISOString().slice(0, 10);
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

const parse = (period: Period): Duration => parsed(period).duration;

interface Parsed {
  readonly duration: Duration;
  /** Set where the length is the same from any instant on the fixed offset: no months, no years. */
  readonly fixedMs?: number;
}

/** Periods are configuration: a handful of texts, read in every request. */
const known = new Map<Period, Parsed>();
const MAX_KNOWN = 1_000;

function parsed(period: Period): Parsed {
  const found = known.get(period);
  if (found !== undefined) return found;
  const duration = Duration.fromISO(period);
  if (!duration.isValid) throw new RangeError(`not an ISO 8601 duration: ${period}`);
  const isFixed = duration.years + duration.quarters + duration.months === 0;
  const made: Parsed = isFixed ? { duration, fixedMs: duration.toMillis() } : { duration };
  if (known.size < MAX_KNOWN) known.set(period, made);
  return made;
}

const OFFSET_MS = 8 * 3_600_000;
/** China has had no summer time since 1991: from here on every legal day has 24 hours and begins at 16:00 UTC. */
const FIXED_OFFSET_FROM = Date.UTC(1992, 0, 1);
/** Years of four digits; what comes after is the calendar library's. */
const FIXED_OFFSET_UNTIL = Date.UTC(9000, 0, 1);

const isOnFixedOffset = (instant: Date): boolean => {
  const ms = instant.getTime();
  return ms >= FIXED_OFFSET_FROM && ms < FIXED_OFFSET_UNTIL;
};
