import { DomainError } from '../../../kernel/domain-error.js';
import { addPeriod, endOfLegalDay, type Period, startOfLegalDay, subtractPeriod } from '../../../kernel/period.js';
import { isCalendarDay } from '../../../platform/http/fields.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import type { Span } from './numbers-sql.js';

/** A day is meant whole, where the law applies; at most a year and a day. @throws DomainError period_invalid */
export function spanOf(from: string | undefined, to: string | undefined, usual: Period, now: Date): Span {
  const end = to === undefined ? now : isCalendarDay(to) ? endOfLegalDay(to) : instant(to);
  const begin = from === undefined ? undefined : isCalendarDay(from) ? startOfLegalDay(from) : instant(from);
  return within(begin ?? subtractPeriod(end, usual), end);
}

function within(begin: Date, end: Date): Span {
  const bad = Number.isNaN(begin.getTime()) || Number.isNaN(end.getTime());
  if (bad || begin >= end || addPeriod(begin, 'P1Y1D') < end) throw new DomainError(ENFORCEMENT_ERRORS.period_invalid);
  return { from: begin, to: end };
}

/** A day that does not exist is no instant either, whatever `Date` makes of it. */
const instant = (text: string): Date => new Date(text.includes('T') ? text : Number.NaN);
