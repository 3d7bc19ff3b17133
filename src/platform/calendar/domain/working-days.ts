import { legalDay } from '../../../kernel/period.js';

/** A calendar day `YYYY-MM-DD` in the legal zone; never an instant, so that no machine's time zone can move it. */
export type Day = string;

/** Which days are worked, as published; the answer beyond the published years is a guess and is called one. */
export abstract class WorkingDayCalendar {
  /** Names the data, so that a date computed from it can be recomputed when newer data arrives. */
  abstract readonly edition: string;
  abstract covers(year: number): boolean;
  abstract isWorkingDay(day: Day): boolean;
  /** The years whose arrangement has been published, ascending. */
  abstract readonly years: readonly number[];
}

/** A deadline. `provisional`: a day on the way lies in a year whose holidays are not published yet. */
export interface WorkingDayDeadline {
  readonly day: Day;
  readonly provisional: boolean;
}

/**
 * The day that is `count` working days after `day`. The first day is not counted (民法典 201); a working day is a
 * weekday outside the published holidays, or a published make-up day (no statute defines 工作日: retention-facts 3).
 */
export function addWorkingDays(calendar: WorkingDayCalendar, day: Day, count: number): WorkingDayDeadline {
  let current = requireDay(day);
  let provisional = false;
  for (let left = count; left > 0;) {
    current = nextDay(current);
    if (!calendar.covers(yearOf(current))) provisional = true;
    if (calendar.isWorkingDay(current)) left -= 1;
  }
  return { day: current, provisional };
}

/** The same, from an instant: counted from its calendar day in the legal zone. */
export const workingDaysAfter = (calendar: WorkingDayCalendar, from: Date, count: number): WorkingDayDeadline =>
  addWorkingDays(calendar, legalDay(from), count);

/**
 * The fewest calendar days that `count` working days ever took in the last two published years (make-up weekends
 * pull them together). A promise that fits into it fits on every day somebody may ask.
 */
export function tightestSpanDays(calendar: WorkingDayCalendar, count: number): number {
  const years = calendar.years.slice(-2);
  const first = years[0];
  const last = years.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('the calendar publishes no year');
  let tightest = Number.POSITIVE_INFINITY;
  for (let day = `${first}-01-01`; yearOf(day) <= last; day = nextDay(day)) {
    const due = addWorkingDays(calendar, day, count);
    if (!due.provisional) tightest = Math.min(tightest, daysBetween(day, due.day));
  }
  return tightest;
}

/** Monday to Friday: all that can be said of a year whose holidays are unpublished. */
export const isWeekday = (day: Day): boolean => {
  const weekday = utc(day).getUTCDay();
  return weekday >= 1 && weekday <= 5;
};

export const yearOf = (day: Day): number => Number(day.slice(0, 4));

const DAY_MS = 86_400_000;
/** Days are counted on UTC midnights: no daylight saving, no local zone. */
const utc = (day: Day): Date => new Date(`${day}T00:00:00Z`);
const nextDay = (day: Day): Day => new Date(utc(day).getTime() + DAY_MS).toISOString().slice(0, 10);
const daysBetween = (from: Day, to: Day): number => (utc(to).getTime() - utc(from).getTime()) / DAY_MS;

function requireDay(day: Day): Day {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(utc(day).getTime())) throw new RangeError(`not a day: ${day}`);
  return day;
}
