import { i18n } from '@lingui/core';
import type { Say } from '../../i18n/use-texts.ts';
import type { TextId } from '../use-say.ts';

/** A code of the API in words where we have them; a code that came later shows itself rather than nothing. */
export function wordOf(say: Say<TextId>, group: string, code: string): string {
  const id = `${group}.${code}`;
  return id in i18n.messages ? say(id as TextId) : code.replaceAll('_', ' ');
}
