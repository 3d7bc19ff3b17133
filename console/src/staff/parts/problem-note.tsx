import { Button } from 'antd';
import { useEffect, useRef, type ReactNode } from 'react';
import { isProblem } from '../../api/problem.ts';
import { useSay } from '../use-say.ts';
import { problemSaid } from './problem-said.ts';

/** `/statementOfReasons/facts` is the field `facts`; `/actions/1/duration`, of which there are several, has its whole path. */
function fieldOf(path: string): string {
  const whole = path.slice(1).replaceAll('/', '-');
  if (document.getElementById(`field-${whole}`) !== null) return whole;
  return path.split('/').findLast((part) => !/^\d*$/.test(part)) ?? path;
}

interface ProblemNoteProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
  /** Found while somebody writes: it does not take the focus from them. */
  readonly quiet?: boolean;
}

/** What went wrong, in words; where fields are at fault, a summary that links to them and takes the focus (C31). */
export function ProblemNote({ error, onRetry, quiet = false }: ProblemNoteProps): ReactNode {
  const { say } = useSay();
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!quiet) ref.current?.focus();
  }, [error, quiet]);
  if (!error) return null;
  const problem = isProblem(error) ? error.document : undefined;
  const fields = problem?.errors ?? [];
  return (
    <div
      className="note bad"
      role="group"
      aria-label={say('problem.title')}
      tabIndex={-1}
      ref={ref}
      data-testid="problem"
    >
      <p>
        <strong>
          {problem === undefined
            ? say('problem.unexpected')
            : problem.code === 'unreachable'
              ? say('problem.unreachable')
              : (problem.detail ?? problem.title)}
        </strong>
      </p>
      {fields.length > 0 && (
        <ul>
          {fields.map(({ path, code, message }) => (
            <li key={path + code}>
              <a href={`#field-${fieldOf(path)}`}>{problemSaid(say, { code, message })}</a>
            </li>
          ))}
        </ul>
      )}
      {problem?.requestId && <p className="muted mono">{problem.requestId}</p>}
      {onRetry && (
        <p>
          <Button onClick={onRetry}>{say('common.retry')}</Button>
        </p>
      )}
    </div>
  );
}
