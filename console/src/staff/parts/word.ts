import type { Say } from '../../i18n/use-texts.ts';
import type { TextId } from '../use-say.ts';

/** A code of the API in words where we have them; a code that came later shows itself rather than nothing. */
export function wordOf(say: Say<TextId>, group: string, code: string): string {
  const id = `${group}.${code}`;
  const word = say(id as TextId);
  return word === id ? code.replaceAll('_', ' ') : word;
}
