import type { Catalogs } from '../../i18n/language.ts';
import type { Say } from '../../i18n/use-texts.ts';
import type { TextId } from '../use-say.ts';
import { wordOf } from './word.ts';

/** Names of events: many, and only where a history is read. */
export const eventTexts: Catalogs = {
  'zh-CN': () => import('./events.texts.json?language=zh-CN'),
  en: () => import('./events.texts.json?language=en'),
};

export const eventName = (say: Say<TextId>, type: string): string => wordOf(say, 'event', type);
