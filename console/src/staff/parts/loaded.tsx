import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useSay } from '../use-say.ts';
import { ProblemNote } from './problem-note.tsx';

interface LoadedProps<T> {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
}

/** One way for every part of a page to wait, to fail (with a press to try again) and to show. */
export function Loaded<T>({ query, children }: LoadedProps<T>): ReactNode {
  const { say } = useSay();
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) return <p className="muted">{say('common.loading')}</p>;
  return <ProblemNote error={query.error} onRetry={() => void query.refetch()} />;
}
