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
/** The language that is on its way: what is added meanwhile comes in it. */
let coming: Language | undefined;

/** Texts that only some pages need: they come with the first of these pages, and again in another language. */
export async function addTexts(catalogs: Catalogs): Promise<void> {
  added.add(catalogs);
  const language = coming ?? preferredLanguage();
  const { messages } = await catalogs[language]();
  i18n.load(language, messages);
}

/**
 * Switches the words in place: forms keep what was typed, since nothing is mounted anew. The words are put beside those that
 * are there: a page that opened meanwhile has brought its own.
 */
export async function speak(language: Language, catalogs: Catalogs): Promise<void> {
  coming = language;
  try {
    const all = await Promise.all([catalogs, ...added].map((each) => each[language]()));
    i18n.load(language, Object.assign({}, ...all.map((each) => each.messages)) as Messages);
    localStorage.setItem(STORED, language);
    i18n.activate(language);
    document.documentElement.lang = language;
  } finally {
    coming = undefined;
  }
}
