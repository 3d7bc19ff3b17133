import { i18n } from '@lingui/core';
import type { Catalogs } from '../i18n/language.ts';
import { type Say, useTexts } from '../i18n/use-texts.ts';
import type { CommonId } from '../people/texts.ts';
import type texts from './account.texts.json';

export type TextId = CommonId | keyof typeof texts;
export type Words = Say<TextId>;

export const useSay = (): ReturnType<typeof useTexts<TextId>> => useTexts<TextId>();

/** Our words for a value of the API, or those for "something else": a newer service must not leave a page blank. */
export function wordFor(say: Words, id: string, other: TextId): string {
  return say(id in i18n.messages ? (id as TextId) : other);
}

/** What people call another system that holds something of them; an operator's own keeps its name. */
export function nameOf(say: Words, participant: string): string {
  const id = `participant.${participant}`;
  return id in i18n.messages ? say(id as TextId) : participant;
}

export const catalogs: Catalogs = {
  'zh-CN': async () => {
    const [common, own] = await Promise.all([
      import('../people/people.texts.json?language=zh-CN'),
      import('./account.texts.json?language=zh-CN'),
    ]);
    return { messages: { ...common.messages, ...own.messages } };
  },
  en: async () => {
    const [common, own] = await Promise.all([
      import('../people/people.texts.json?language=en'),
      import('./account.texts.json?language=en'),
    ]);
    return { messages: { ...common.messages, ...own.messages } };
  },
};
