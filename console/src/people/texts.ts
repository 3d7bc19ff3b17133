import type { Say } from '../i18n/use-texts.ts';
import { useTexts } from '../i18n/use-texts.ts';
import type { Language } from '../i18n/language.ts';
import type texts from './people.texts.json';

/** What guardians' and account holders' pages both say. */
export type CommonId = keyof typeof texts;

export const useCommon = (): { readonly say: Say<CommonId>; readonly language: Language } => useTexts<CommonId>();
