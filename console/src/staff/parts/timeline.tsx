import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { ask } from '../../api/client.ts';
import { atTime } from '../../i18n/times.ts';
import { api } from '../api.ts';
import { useSay } from '../use-say.ts';
import { clausesOf, inAgreement } from './clauses.ts';
import { eventName } from './event-name.ts';
import { ProblemNote } from './problem-note.tsx';
import { wordOf } from './word.ts';

/** Everything that ever changed about an account, newest first, each with its place in the audit chain. */
export function Timeline({ accountId }: { readonly accountId: string }): ReactNode {
  const { say, language } = useSay();
  const query = useInfiniteQuery({
    queryKey: ['timeline', accountId],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      ask(
        api.GET('/v1/accounts/{id}/timeline', {
          params: { path: { id: accountId }, query: { limit: 20, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    getNextPageParam: (page) => page.nextCursor,
  });
  const events = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="card" aria-label={say('timeline.title')}>
      <h2>{say('timeline.title')}</h2>
      <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && <p className="muted">{say('common.loading')}</p>}
      <ol className="timeline">
        {events.map((event) => (
          <li key={event.id}>
            <time dateTime={event.at} className="muted">
              {atTime(event.at, language)}
            </time>
            <span>
              {eventName(say, event.type)}
              <span className="muted">
                {' '}
                · {wordOf(say, 'actor', event.actor.kind)}
                {event.actor.kind === 'staff' && ` ${event.actor.id}`}
                {inAgreement(event.clauses).length > 0 &&
                  ` · ${say('queue.clause', { clauses: clausesOf(say, inAgreement(event.clauses)) })}`}
                {' · '}
                {event.seq === null ? say('timeline.unchained') : `#${event.seq}`}
              </span>
            </span>
          </li>
        ))}
      </ol>
      {query.hasNextPage && (
        <p>
          <Button onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>
            {say('common.more')}
          </Button>
        </p>
      )}
    </section>
  );
}
