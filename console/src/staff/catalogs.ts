import type { Catalogs } from '../i18n/language.ts';

/** What is read before anything is opened: the shell, the queue, what can be taken back. */
export const catalogs: Catalogs = {
  'zh-CN': () => import('./staff.texts.json?language=zh-CN'),
  en: () => import('./staff.texts.json?language=en'),
};

/** What every page but the queue is written in. */
export const workTexts: Catalogs = {
  'zh-CN': () => import('./work.texts.json?language=zh-CN'),
  en: () => import('./work.texts.json?language=en'),
};
