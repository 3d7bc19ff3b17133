import { useQuery } from '@tanstack/react-query';
import { type ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { ask } from '../../../api/client.ts';
import { onDay } from '../../../i18n/times.ts';
import { heardTime, serverNow } from '../../../ui/server-clock.ts';
import { api } from '../../api.ts';
import { Deadline } from '../../parts/deadline.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { UrlFilter, useUrlFilter } from '../../parts/url-filter.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { Figure } from './figure.tsx';
import './lead.css';
import { ReportCard } from './report-card.tsx';
import { StatisticsPanels } from './statistics-panels.tsx';
import { useSay } from './texts.ts';

const PERIODS = { P7D: 7, P90D: 90, P1Y: 365 } as const;
const NAMES = Object.keys(PERIODS) as (keyof typeof PERIODS)[];

/** A day where the law applies, as the service reads days. */
const dayOf = (at: number): string => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(at);

/** What waits, what was in time, how decisions hold, and how the work is spread: numbers first, nobody by name. */
export function LeadPage(): ReactNode {
  const { say, language } = useSay();
  const session = useSession();
  const [params] = useSearchParams();
  const period = useUrlFilter('period', NAMES);
  const from = period ? dayOf(serverNow() - PERIODS[period] * 86_400_000) : undefined;
  const reads = hasRole(session, 'moderator', 'senior_moderator', 'legal', 'auditor');
  const statistics = useQuery({
    queryKey: ['statistics', from],
    queryFn: async () => {
      const query = from ? { from } : {};
      const found = await ask(api.GET('/v1/enforcement/statistics', { params: { query } }));
      heardTime(found.asOf);
      return found;
    },
    enabled: reads,
    refetchInterval: 60_000,
    placeholderData: (before) => before,
  });
  return (
    <section className="page" key={params.get('period')}>
      <div className="row spread">
        <PageHeading>{say('nav.lead')}</PageHeading>
        {reads && (
          <UrlFilter
            name="period"
            label={say('lead.period')}
            all={say('lead.P30D')}
            options={NAMES.map((value) => ({ value, label: say(`lead.${value}`) }))}
          />
        )}
      </div>
      {reads && (
        <Loaded query={statistics}>
          {(found) => (
            <>
              <p className="muted">
                {say('lead.span', { from: onDay(found.from, language), to: onDay(found.to, language) })}
              </p>
              <StatisticsPanels found={found} />
            </>
          )}
        </Loaded>
      )}
      <Queues />
      <ReportCard />
    </section>
  );
}

/** What somebody passed by, one press from the list of it: nothing is lost because nobody wants it (C20). */
function SkippedLink({ kind, skipped }: { readonly kind: string; readonly skipped: number }): ReactNode {
  return skipped === 0 ? 0 : <Link to={`/?${new URLSearchParams({ kind, skipped: 'anybody' })}`}>{skipped}</Link>;
}

/** How full each queue is, of every kind of work. */
function Queues(): ReactNode {
  const { say } = useSay();
  const stats = useQuery({
    queryKey: ['review-stats'],
    queryFn: () => ask(api.GET('/v1/review-tasks/stats')),
    refetchInterval: 15_000,
  });
  return (
    <Loaded query={stats}>
      {({ kinds, countBound }) => {
        const count = (n: number): string => (n >= countBound ? `≥ ${countBound}` : String(n));
        return (
          <Figure
            title={say('lead.backlog')}
            kind="bars"
            of={say('queue.task')}
            labels={kinds.map((k) => wordOf(say, 'kind', k.kind))}
            series={[
              { name: say('queue.live'), colour: '--accent', values: kinds.map((k) => k.live) },
              { name: say('queue.overdue'), colour: '--bad', values: kinds.map((k) => k.overdue) },
            ]}
            more={[
              { name: say('lead.claimed'), values: kinds.map((k) => count(k.claimed)) },
              { name: say('lead.skipped'), values: kinds.map((k) => <SkippedLink key={k.kind} {...k} />) },
              {
                name: say('lead.next'),
                values: kinds.map((k) => (k.nextDueAt ? <Deadline key={k.kind} dueAt={k.nextDueAt} /> : '–')),
              },
            ]}
          />
        );
      }}
    </Loaded>
  );
}
