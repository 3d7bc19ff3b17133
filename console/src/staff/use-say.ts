import { useTexts } from '../i18n/use-texts.ts';
import type texts from './staff.texts.json';

export type TextId = keyof typeof texts;

export const useSay = () => useTexts<TextId>();
