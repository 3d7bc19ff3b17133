import { useLingui } from '@lingui/react';
import { useCallback } from 'react';
import type { Language } from './language.ts';

export type Say<Id extends string> = (id: Id, values?: Record<string, unknown>) => string;

/** The texts of one catalogue, by typed id; `say` changes with the language, so that what uses it is drawn anew. */
export function useTexts<Id extends string>(): { readonly say: Say<Id>; readonly language: Language } {
  const { i18n } = useLingui();
  const say = useCallback((id: Id, values?: Record<string, unknown>) => i18n._(id, values), [i18n, i18n.locale]);
  return { say, language: i18n.locale as Language };
}
