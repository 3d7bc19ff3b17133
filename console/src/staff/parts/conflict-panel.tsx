import { useEffect, useRef, type ReactNode } from 'react';
import { atTime } from '../../i18n/times.ts';
import { useSay } from '../use-say.ts';
import { CopyButton } from './copy-button.tsx';
import { outcomeSaid, type TaskOutcome } from './outcome-said.ts';
import { wordOf } from './word.ts';

export interface WhoAndWhen {
  readonly who: string;
  readonly what: string;
  readonly when: string;
  /** In what the task ended, once it has. */
  readonly outcome?: TaskOutcome | null | undefined;
}

interface ConflictPanelProps {
  /** Of the task: each kind ends in its own words. */
  readonly kind: string;
  readonly other: WhoAndWhen | undefined;
  readonly text: string;
  readonly children?: ReactNode;
}

/** Who, when, and what they decided. */
export function WhoDidWhat({
  kind,
  other,
}: Pick<ConflictPanelProps, 'kind'> & { readonly other: WhoAndWhen }): ReactNode {
  const { say, language } = useSay();
  return (
    <>
      <p>
        {say('conflict.who', {
          who: other.who,
          what: wordOf(say, 'change', other.what),
          when: atTime(other.when, language),
        })}
      </p>
      {other.outcome && (
        <p data-testid="outcome">
          <strong>{outcomeSaid(say, language, kind, other.outcome)}</strong>
        </p>
      )}
    </>
  );
}

/** Somebody was faster: who, what and when, beside what I wrote, which is neither sent nor lost (C3, C4). */
export function ConflictPanel({ kind, other, text, children }: ConflictPanelProps): ReactNode {
  const { say } = useSay();
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
      {other && <WhoDidWhat kind={kind} other={other} />}
      <p>{say('conflict.kept')}</p>
      <div className="row">
        {text !== '' && <CopyButton text={text}>{say('conflict.copy')}</CopyButton>}
        {children}
      </div>
    </div>
  );
}
