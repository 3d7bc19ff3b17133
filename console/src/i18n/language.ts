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

const added = new Set<Catalogs>();

/** Texts that only some pages need: they come with the first of these pages, and again in another language. */
export async function addTexts(catalogs: Catalogs): Promise<void> {
  added.add(catalogs);
  const language = preferredLanguage();
  const { messages } = await catalogs[language]();
  i18n.load(language, messages);
}

/** Switches the words in place: forms keep what was typed, since nothing is mounted anew. */
export async function speak(language: Language, catalogs: Catalogs): Promise<void> {
  const all = await Promise.all([catalogs, ...added].map((each) => each[language]()));
  const messages = Object.assign({}, ...all.map((each) => each.messages)) as Messages;
  localStorage.setItem(STORED, language);
  i18n.loadAndActivate({ locale: language, messages });
  document.documentElement.lang = language;
}
