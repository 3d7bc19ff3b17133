import { type ReactNode, useState } from 'react';
import { ask } from '../api/client.ts';
import { api } from './session.ts';
import { useSay } from './texts.ts';

/** The words of one clause: from its number at the start of a line to the next number; of a list, its item alone. */
export function clauseIn(text: string, clause: string): string | undefined {
  const [, number, item] = /^(\d+(?:\.\d+)?)(?:\((\d+)\))?/.exec(clause) ?? [];
  if (number === undefined) return undefined;
  const lines = text.split('\n');
  const from = lines.findIndex((line) => new RegExp(`^\\s*${number.replace('.', '\\.')}(?![\\d.])`).test(line));
  if (from < 0) return undefined;
  const length = lines.slice(from + 1).findIndex((line) => /^\s*\d+\.(\s*\d+)?(?!\d)/.test(line));
  const whole = lines.slice(from, length < 0 ? undefined : from + 1 + length).filter((line) => line.trim() !== '');
  const found = item && whole.find((line) => new RegExp(`^\\s*[（(]${item}[）)]`).test(line));
  return (found ? [whole[0], found] : whole).join('\n');
}

/** The words of the clause that something rests on, there where it is named. */
export function ClauseText({ clause }: { readonly clause: string }): ReactNode {
  const { say } = useSay();
  const [words, setWords] = useState<string>();
  const [language, setLanguage] = useState('zh-CN');
  const load = async (): Promise<void> => {
    const { items } = await ask(api.GET('/v1/agreements'));
    const { documentId, inEffect } = items.find((each) => each.documentId === 'user_agreement') ?? {};
    if (documentId === undefined || !inEffect) return setWords('');
    const params = { path: { documentId, version: inEffect.version } };
    const text = await ask(api.GET('/v1/agreements/{documentId}/versions/{version}', { params }));
    setLanguage(text.language);
    setWords(clauseIn(text.text, clause) ?? '');
  };
  return (
    <details onToggle={(event) => event.currentTarget.open && void load().catch(() => setWords(''))}>
      <summary>{say('standing.clause', { clause })}</summary>
      {words === undefined ? (
        <p className="muted">{say('common.loading')}</p>
      ) : (
        <p lang={words === '' ? undefined : language} style={{ whiteSpace: 'pre-wrap' }}>
          {words === '' ? say('standing.clauseUnknown') : words}
        </p>
      )}
    </details>
  );
}
