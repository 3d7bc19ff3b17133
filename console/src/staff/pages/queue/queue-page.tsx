import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useNavigate, useNavigationType, useSearchParams } from 'react-router';
import { ask } from '../../../api/client.ts';
import { announce } from '../../../ui/live-region.tsx';
import { heardTime } from '../../../ui/server-clock.ts';
import { useShortcuts } from '../../../ui/shortcuts.tsx';
import { api } from '../../api.ts';
import { Key } from '../../parts/key.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { hasRole, useSession } from '../../session.tsx';
import { useSay } from '../../use-say.ts';
import { asking, type Filter, filterOf, placeOf, type Sort, sortOf } from './address.ts';
import { BulkBar } from './bulk-bar.tsx';
import { useClaimNext } from './claim-next.ts';
import { KindLinks } from './kind-links.tsx';
import { NothingLeft } from './nothing-left.tsx';
import './queue.css';
import { QueueFilters } from './queue-filters.tsx';
import { useStillList } from './still-list.ts';
import { TaskTable } from './task-table.tsx';

export function QueuePage(): ReactNode {
  const { say } = useSay();
  const session = useSession();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const filter = useMemo(() => filterOf(params), [params]);
  const sort = sortOf(params);
  const list = useStillList(filter, sort, placeOf(params), useNavigationType() === 'POP');
  const stats = useStats();
  const claim = useClaimNext();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const worker = hasRole(session, 'moderator', 'senior_moderator', 'legal', 'admin');
  const set = (name: string, value: string | null): void => {
    setParams(asking(params, name, value));
    setSelected(new Set());
  };
  const sortBy = (by: Sort): void => {
    setParams(asking(params, 'sort', by === 'due' ? null : by));
    announce(say('queue.sorted', { by: say(`queue.sort.${by}`) }));
  };
  const next = (): void => void claim.take(filter.kind ? [filter.kind] : [], (id) => navigate(`/tasks/${id}`));
  useShortcuts(worker ? [{ keys: 'n', label: say('queue.claimNext'), run: next }] : []);
  useEffect(() => {
    if (list.waiting > 0) announce(say('queue.waiting', { n: list.waiting }));
  }, [list.waiting, say]);
  useEffect(() => {
    if (!list.loading) announce(say('queue.shown', { n: list.rows.length }));
  }, [list.loading, list.rows.length === 0]);
  const tasks = list.rows.map((row) => row.task);
  return (
    <section className="page">
      <div className="row spread">
        <PageHeading>{say('queue.title')}</PageHeading>
        {worker && (
          <Button type="primary" size="large" loading={claim.busy} onClick={next}>
            {say('queue.claimNext')} <Key of="n" />
          </Button>
        )}
      </div>
      <NothingLeft nothing={claim.nothing} />
      <ProblemNote error={claim.error} />
      <KindLinks kinds={stats.data?.kinds ?? []} current={filter.kind} params={params} />
      <QueueFilters filter={filter} worker={worker} set={set} sort={sort} sortBy={sortBy}>
        {/* In a line that is there anyway: its coming moves nothing (C13). */}
        {list.waiting > 0 && (
          <Button className="waiting" onClick={list.showWaiting}>
            {say('queue.showWaiting', { n: list.waiting })}
          </Button>
        )}
      </QueueFilters>
      <ProblemNote error={list.error} onRetry={list.showWaiting} />
      {list.fromMiddle && (
        <p className="row muted">
          {say('queue.fromMiddle')} <Button onClick={list.showWaiting}>{say('queue.fromTop')}</Button>
        </p>
      )}
      {!list.loading && list.rows.length === 0 ? (
        <p className="empty">{say('queue.empty')}</p>
      ) : (
        <TaskTable
          list={list}
          selected={selected}
          select={setSelected}
          selectable={worker}
          sort={sort}
          sortBy={sortBy}
        />
      )}
      {list.loading && list.rows.length === 0 && <p className="muted">{say('common.loading')}</p>}
      {worker && selected.size > 0 && (
        <BulkBar
          tasks={tasks.filter((task) => selected.has(task.id))}
          filter={filter}
          matching={countedBy(filter, stats.data?.kinds)}
          select={setSelected}
          onDone={list.refresh}
        />
      )}
    </section>
  );
}

/** Known where the filter is a queue and nothing else; the dry run counts the rest. */
function countedBy(filter: Filter, kinds: readonly { kind: string; live: number }[] | undefined): number | undefined {
  const { kind, ...rest } = filter;
  if (kinds === undefined || Object.keys(rest).length > 0) return undefined;
  return kinds.filter((each) => kind === undefined || each.kind === kind).reduce((sum, each) => sum + each.live, 0);
}

function useStats() {
  return useQuery({
    queryKey: ['review-stats'],
    queryFn: async () => {
      const stats = await ask(api.GET('/v1/review-tasks/stats'));
      heardTime(stats.asOf);
      return stats;
    },
    refetchInterval: 10_000,
  });
}
