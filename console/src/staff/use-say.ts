import { useTexts } from '../i18n/use-texts.ts';
import type texts from './staff.texts.json';
import type work from './work.texts.json';

/** The words of the shell and of the queue, and those that come with every other page. */
export type TextId = keyof typeof texts | keyof typeof work;

export const useSay = () => useTexts<TextId>();
