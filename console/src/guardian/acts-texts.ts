import { addTexts, type Catalogs } from '../i18n/language.ts';

const catalogs: Catalogs = {
  'zh-CN': () => import('./acts.texts.json?language=zh-CN'),
  en: () => import('./acts.texts.json?language=en'),
};

/** The words of what a guardian does after deciding: they come with its forms. */
export const actTexts = (): Promise<void> => addTexts(catalogs);
