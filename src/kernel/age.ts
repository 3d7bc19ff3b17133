import { DateTime } from 'luxon';
import { LEGAL_ZONE } from './period.js';

/** Completed years on `day`; both are calendar days `YYYY-MM-DD`. Negative before birth. */
export function ageOn(birthDate: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

/**
 * The first instant of the day on which somebody is `years` old, Asia/Shanghai. Who was born on 29 February is that old
 * from 1 March in a common year: the protection of a minor ends late rather than early (clause 2.1).
 */
export function turns(birthDate: string, years: number): Date {
  const year = Number(birthDate.slice(0, 4)) + years;
  const day = DateTime.fromISO(`${String(year).padStart(4, '0')}-${birthDate.slice(5)}`, { zone: LEGAL_ZONE });
  const reached = day.isValid ? day : DateTime.fromObject({ year, month: 3, day: 1 }, { zone: LEGAL_ZONE });
  return reached.startOf('day').toJSDate();
}
