import { Injectable } from '@nestjs/common';
import { createRequire } from 'node:module';
import { type Day, isWeekday, WorkingDayCalendar, yearOf } from './domain/working-days.js';

interface Published {
  readonly holidays: Readonly<Record<string, string>>;
  readonly workdays: Readonly<Record<string, string>>;
}

const load = createRequire(import.meta.url);
const published = load('chinese-days/dist/chinese-days.json') as Published;
const { version } = load('chinese-days/package.json') as { version: string };

/**
 * The State Council's holiday notices as `chinese-days` carries them. Its data is read, not its functions: those take
 * the weekday in the machine's zone (west of Greenwich every Monday is a Sunday) and answer for unpublished years by
 * weekday without saying so (2027-10-01 is a working day to them). This adapter knows where its data ends.
 */
@Injectable()
export class ChineseWorkingDays extends WorkingDayCalendar {
  readonly edition = `chinese-days ${version}`;
  readonly years: readonly number[] = publishedYears();
  private readonly known = new Set(this.years);

  covers(year: number): boolean {
    return this.known.has(year);
  }

  isWorkingDay(day: Day): boolean {
    if (!this.covers(yearOf(day))) return isWeekday(day);
    return published.workdays[day] !== undefined || (isWeekday(day) && published.holidays[day] === undefined);
  }
}

/** A year is published when its National Day is: a notice's first days may spill into the year before its own. */
function publishedYears(): number[] {
  const days = Object.keys(published.holidays);
  return [...new Set(days.map(yearOf))].filter((year) => days.includes(`${year}-10-01`)).sort((a, b) => a - b);
}
