import type { Language } from '../i18n/language.ts';
import type { TextId, Words } from './texts.ts';

interface Reference {
  readonly instrument: string;
  readonly article: string;
}

/** The legal basis as a person reads it: `《网络安全法》第 23 条（3）`; a law that we have no name for keeps its own. */
export function lawsIn(say: Words, language: Language, references: readonly Reference[]): string {
  const one = ({ instrument, article }: Reference): string => {
    const id = `law.${instrument}`;
    const named = say(id as TextId);
    const [, number = article, item] = /^(\d+)\((.+)\)$/.exec(article) ?? [];
    const law = named !== id ? named : language === 'en' ? instrument : `《${instrument}》`;
    return item === undefined ? say('law.article', { law, number }) : say('law.item', { law, number, item });
  };
  return references.map(one).join(language === 'en' ? '; ' : '；');
}
