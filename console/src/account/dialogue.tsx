import type { ReactNode } from 'react';
import { moment } from '../people/moment.ts';
import { useSay } from './texts.ts';

interface Message {
  readonly fromStaff: boolean;
  readonly text: string | null;
  readonly at: string;
  /** What it was besides words: returned, accepted, more time. */
  readonly what?: string;
}

/** What was said between a person and us, oldest first; never who of us said it. */
export function Dialogue({ messages }: { readonly messages: readonly Message[] }): ReactNode {
  const { say, language } = useSay();
  if (messages.length === 0) return null;
  return (
    <ol className="plain">
      {messages.map((message) => (
        <li key={message.at}>
          <strong>{say(message.fromStaff ? 'appeal.us' : 'appeal.you')}</strong>{' '}
          <span className="muted">
            {moment(message.at, language)}
            {message.what !== undefined && ` · ${message.what}`}
          </span>
          {message.text !== null && <p className="words">{message.text}</p>}
        </li>
      ))}
    </ol>
  );
}
