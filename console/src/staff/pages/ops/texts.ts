import type { Catalogs } from '../../../i18n/language.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import type { TextId } from '../../use-say.ts';
import type texts from './ops.texts.json';

/** The words of these pages and those of the shell. */
export const useSay = () => useTexts<TextId | keyof typeof texts>();

export const catalogs: Catalogs = {
  'zh-CN': () => import('./ops.texts.json?language=zh-CN'),
  en: () => import('./ops.texts.json?language=en'),
};
