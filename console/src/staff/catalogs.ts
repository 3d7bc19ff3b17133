import type { Catalogs } from '../i18n/language.ts';

export const catalogs: Catalogs = {
  'zh-CN': () => import('./staff.texts.json?language=zh-CN'),
  en: () => import('./staff.texts.json?language=en'),
};
