import type { Language } from '../../../i18n/language.ts';

/** "3.5 hours": fine enough to see a change, coarse enough to read. */
export function spanOf(seconds: number | null, language: Language): string {
  if (seconds === null) return '–';
  const [value, unit] =
    seconds < 3600
      ? [seconds / 60, 'minute']
      : seconds < 172_800
        ? [seconds / 3600, 'hour']
        : [seconds / 86_400, 'day'];
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: 'long',
    maximumFractionDigits: unit === 'minute' ? 0 : 1,
  }).format(value);
}

/** Percent; a dash where nothing was counted. */
export const rateOf = (rate: number | null): string => (rate === null ? '–' : `${rate}%`);
