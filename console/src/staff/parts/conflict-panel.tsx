import { useEffect, useRef, type ReactNode } from 'react';
import { atTime } from '../../i18n/times.ts';
import { useSay } from '../use-say.ts';
import { CopyButton } from './copy-button.tsx';
import { wordOf } from './word.ts';

export interface WhoAndWhen {
  readonly who: string;
  readonly what: string;
  readonly when: string;
  /** What they decided, in words, where it is known. */
  readonly outcome?: string | undefined;
}

interface ConflictPanelProps {
  readonly other: WhoAndWhen | undefined;
  readonly text: string;
  readonly children?: ReactNode;
}

/** Somebody was faster: who, what and when, beside what I wrote, which is neither sent nor lost (C3, C4). */
export function ConflictPanel({ other, text, children }: ConflictPanelProps): ReactNode {
  const { say, language } = useSay();
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => ref.current?.focus(), []);
  return (
    <div
      className="note warn"
      role="group"
      aria-label={say('conflict.title')}
      tabIndex={-1}
      ref={ref}
      data-testid="conflict"
    >
      <p>
        <strong>{say('conflict.title')}</strong>
      </p>
      {other && (
        <p>
          {say('conflict.who', {
            who: other.who,
            what: wordOf(say, 'change', other.what),
            when: atTime(other.when, language),
          })}
          {other.outcome && ` ${other.outcome}`}
        </p>
      )}
      <p>{say('conflict.kept')}</p>
      <div className="row">
        {text !== '' && <CopyButton text={text}>{say('conflict.copy')}</CopyButton>}
        {children}
      </div>
    </div>
  );
}
