import type { Catalogs } from '../../../i18n/language.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import type { TextId } from '../../use-say.ts';
import type enforcement from '../enforcement/enforcement.texts.json';
import type texts from './accounts.texts.json';

/** The words of this page, of the desks beside it and of the shell. */
export const useSay = () => useTexts<TextId | keyof typeof texts | keyof typeof enforcement>();

export const catalogs: Catalogs = {
  'zh-CN': () => import('./accounts.texts.json?language=zh-CN'),
  en: () => import('./accounts.texts.json?language=en'),
};
