import type { Language } from './language.ts';

/** To make one takes longer than to use it a hundred times, and a list uses it on every row. */
function once<T>(make: (language: Language, of: string) => T): (language: Language, of?: string) => T {
  const made = new Map<string, T>();
  return (language, of = '') => {
    const key = `${language} ${of}`;
    const known = made.get(key) ?? make(language, of);
    made.set(key, known);
    return known;
  };
}

const minutes = once(
  (language) =>
    new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }),
);
const days = once((language) => new Intl.DateTimeFormat(language, { year: 'numeric', month: 'short', day: 'numeric' }));
const distances = once((language) => new Intl.RelativeTimeFormat(language, { numeric: 'always', style: 'short' }));
const lengths = once((language, unit) => new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }));

/** Absolute time in the viewer's zone, with its offset: two colleagues in two zones mean the same instant. */
export function atTime(iso: string, language: Language): string {
  const at = new Date(iso);
  return `${minutes(language).format(at)} ${offsetOf(at)}`;
}

/** `UTC+8`, `UTC−3:30`. */
export function offsetOf(at: Date): string {
  const minutes = -at.getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}

export function onDay(iso: string, language: Language): string {
  return days(language).format(new Date(iso));
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** "in 3 days", "2 小时前": whole units, rounded towards now, so that nobody is promised time they have not got. */
export function fromNow(iso: string, now: number, language: Language): string {
  const distance = Date.parse(iso) - now;
  const [unit, size] = UNITS.find(([, ms]) => Math.abs(distance) >= ms) ?? UNITS[2];
  return distances(language).format(Math.trunc(distance / size), unit);
}

/** "3 天", "2 hours": how long, whole units, rounded down, so that nobody is promised time they have not got. */
export function howLong(milliseconds: number, language: Language): string {
  const distance = Math.abs(milliseconds);
  const [unit, size] = UNITS.find(([, ms]) => distance >= ms) ?? UNITS[2];
  return lengths(language, unit).format(Math.floor(distance / size));
}

/** `9:05` of a countdown. */
export function clockOf(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

const DATE_UNITS = { Y: 'year', M: 'month', W: 'week', D: 'day' } as const;
const CLOCK_UNITS = { H: 'hour', M: 'minute', S: 'second' } as const;

/** `P1Y6M`, `PT36H` in words: "1 年 6 个月", "36 hours"; what is no period shows itself. */
export function periodName(period: string, language: Language): string {
  const [, days = '', clock = ''] = /^P([^T]*)(?:T(.*))?$/.exec(period) ?? [];
  const told = (text: string, units: Readonly<Record<string, string>>): string[] =>
    [...text.matchAll(/(\d+)([A-Z])/g)].map(([, n, unit = '']) =>
      lengths(language, units[unit] ?? 'day').format(Number(n)),
    );
  return [...told(days, DATE_UNITS), ...told(clock, CLOCK_UNITS)].join(' ') || period;
}
