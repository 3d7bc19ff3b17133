import type { Language } from '../i18n/language.ts';

const DATE = { Y: 'year', M: 'month', W: 'week', D: 'day' } as const;
const CLOCK = { H: 'hour', M: 'minute', S: 'second' } as const;

/** `7 天`, `7 days`. */
const amountOf = (amount: number, unit: string, language: Language): string =>
  new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: language === 'en' ? 'long' : 'short' })
    .format(amount)
    .replace(/(\d)(?=\p{Script=Han})/u, '$1 ');

/** `P7D` as "7 天" or "7 days", `PT12H` as "12 小时": as long as it is, however an operator set it. */
export function inPeriod(period: string, language: Language): string {
  const [date = '', time = ''] = period.replace(/^P/, '').split('T');
  const parts = (text: string, units: Readonly<Record<string, string>>): string[] =>
    [...text.matchAll(/(\d+(?:\.\d+)?)([A-Z])/g)].map(([, amount, letter = '']) =>
      amountOf(Number(amount), units[letter] ?? 'day', language),
    );
  return [...parts(date, DATE), ...parts(time, CLOCK)].join(' ');
}

/** About how long to wait, in the largest unit that says it: never shorter than it is. */
export function inSeconds(seconds: number, language: Language): string {
  if (seconds < 60) return amountOf(Math.ceil(seconds), 'second', language);
  if (seconds < 3_600) return amountOf(Math.ceil(seconds / 60), 'minute', language);
  return amountOf(Math.ceil(seconds / 3_600), 'hour', language);
}
