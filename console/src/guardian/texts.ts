import type { Catalogs } from '../i18n/language.ts';
import { type Say, useTexts } from '../i18n/use-texts.ts';
import type { CommonId } from '../people/texts.ts';
import type acts from './acts.texts.json';
import type texts from './guardian.texts.json';

/** Those of acts come with their forms (`acts-texts.ts`). */
export type TextId = CommonId | keyof typeof texts | keyof typeof acts;

export const useSay = (): ReturnType<typeof useTexts<TextId>> => useTexts<TextId>();
export type Words = Say<TextId>;

export const catalogs: Catalogs = {
  'zh-CN': async () => {
    const [common, own] = await Promise.all([
      import('../people/people.texts.json?language=zh-CN'),
      import('./guardian.texts.json?language=zh-CN'),
    ]);
    return { messages: { ...common.messages, ...own.messages } };
  },
  en: async () => {
    const [common, own] = await Promise.all([
      import('../people/people.texts.json?language=en'),
      import('./guardian.texts.json?language=en'),
    ]);
    return { messages: { ...common.messages, ...own.messages } };
  },
};
