import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import type { Language } from '../i18n/language.ts';
import { faultsOf, wordsOf } from '../people/faults.ts';
import type { Loaded } from './use-load.ts';
import { useSay } from './texts.ts';

/** What was loaded, or why not and a way to try again. */
export function Shown<T>({
  loaded,
  children,
}: {
  readonly loaded: Loaded<T>;
  readonly children: (value: T) => ReactNode;
}): ReactNode {
  const { say } = useSay();
  if (loaded.value !== undefined) return children(loaded.value);
  if (loaded.error === undefined) return <p className="muted">{say('common.loading')}</p>;
  return (
    <div className="card bad" role="alert">
      <p>{wordsOf(faultsOf(loaded.error)[0] ?? { code: 'unexpected' })}</p>
      <button type="button" className="button" onClick={loaded.reload}>
        {say('common.retry')}
      </button>
    </div>
  );
}

export function Home(): ReactNode {
  const { say } = useSay();
  return (
    <p>
      <Link className="quiet link" to="/">
        {say('common.back')}
      </Link>
    </p>
  );
}

/** Texts that the service keeps in both languages. */
export const inWords = (texts: Schemas['TextsDto'] | null, language: Language): string =>
  texts === null ? '' : language === 'en' ? texts.en : texts.zh;

/** A day of the Chinese calendar, wherever the reader is: it must not slip by one. */
export const legalDay = (day: string, language: Language): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
