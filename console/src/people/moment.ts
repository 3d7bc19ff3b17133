import type { Language } from '../i18n/language.ts';

/** An instant in the reader's zone, with its offset; the month by name, since 01/12 is two days to two readers. */
export const moment = (iso: string, language: Language): string =>
  new Intl.DateTimeFormat(language, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'shortOffset',
  }).format(new Date(iso));
