import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, type ReactNode } from 'react';
import { ask } from '../../../api/client.ts';
import { api } from '../../api.ts';
import { Deadline } from '../../parts/deadline.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { wordOf } from '../../parts/word.ts';
import { useSay } from '../../use-say.ts';

const BacklogChart = lazy(async () => ({ default: (await import('./backlog-chart.tsx')).BacklogChart }));

/** How full each queue is and what is late; the chart shows what the table says. */
export function LeadPage(): ReactNode {
  const { say } = useSay();
  const stats = useQuery({
    queryKey: ['review-stats'],
    queryFn: () => ask(api.GET('/v1/review-tasks/stats')),
    refetchInterval: 15_000,
  });
  return (
    <section className="page">
      <PageHeading>{say('nav.lead')}</PageHeading>
      <Loaded query={stats}>
        {({ kinds, countBound }) => {
          const count = (n: number): string => (n >= countBound ? `≥ ${countBound}` : String(n));
          return (
            <>
              {kinds.length > 0 && (
                <section className="card" aria-label={say('lead.backlog')}>
                  <h2>{say('lead.backlog')}</h2>
                  <Suspense fallback={<p className="muted">{say('common.loading')}</p>}>
                    <BacklogChart
                      labels={kinds.map((k) => wordOf(say, 'kind', k.kind))}
                      live={kinds.map((k) => k.live)}
                      overdue={kinds.map((k) => k.overdue)}
                      names={[say('queue.live'), say('queue.overdue')]}
                    />
                  </Suspense>
                </section>
              )}
              <section className="card" aria-label={say('lead.queues')}>
                <h2>{say('lead.queues')}</h2>
                <div className="scroll" tabIndex={0} role="region" aria-label={say('lead.queues')}>
                  <table className="plain">
                    <thead>
                      <tr>
                        <th scope="col">{say('queue.task')}</th>
                        <th scope="col">{say('queue.live')}</th>
                        <th scope="col">{say('queue.overdue')}</th>
                        <th scope="col">{say('lead.claimed')}</th>
                        <th scope="col">{say('lead.next')}</th>
                      </tr>
                    </thead>
                    <tbody>
                      {kinds.map((k) => (
                        <tr key={k.kind}>
                          <td>{wordOf(say, 'kind', k.kind)}</td>
                          <td>{count(k.live)}</td>
                          <td>{count(k.overdue)}</td>
                          <td>{count(k.claimed)}</td>
                          <td>{k.nextDueAt ? <Deadline dueAt={k.nextDueAt} /> : '–'}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              </section>
            </>
          );
        }}
      </Loaded>
    </section>
  );
}
