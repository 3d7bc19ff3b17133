import type { Language } from '../i18n/language.ts';
import { offsetOf } from '../i18n/times.ts';

/** An instant in the reader's zone, with its offset last; the month by name, since 01/12 is two days to two readers. */
export function moment(iso: string, language: Language): string {
  const at = new Date(iso);
  const written = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
  return `${written} ${offsetOf(at)}`;
}
