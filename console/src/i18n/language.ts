import { i18n, type Messages } from '@lingui/core';

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** One lazily loaded catalogue a language; each entry of the build passes its own. */
export type Catalogs = Readonly<Record<Language, () => Promise<{ readonly messages: Messages }>>>;

const STORED = 'preference:language';

/** The person's own choice, else Chinese: the agreement and the law it follows are. */
export function preferredLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  return LANGUAGES.find((language) => language === stored) ?? 'zh-CN';
}

/** Switches the words in place: forms keep what was typed, since nothing is mounted anew. */
export async function speak(language: Language, catalogs: Catalogs): Promise<void> {
  const { messages } = await catalogs[language]();
  localStorage.setItem(STORED, language);
  i18n.loadAndActivate({ locale: language, messages });
  document.documentElement.lang = language;
}
