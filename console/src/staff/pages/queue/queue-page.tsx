import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { Link, useNavigate, useNavigationType, useSearchParams } from 'react-router';
import { ask } from '../../../api/client.ts';
import { announce } from '../../../ui/live-region.tsx';
import { heardTime } from '../../../ui/server-clock.ts';
import { useShortcuts } from '../../../ui/shortcuts.tsx';
import { api } from '../../api.ts';
import { Key } from '../../parts/key.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { useSay } from '../../use-say.ts';
import { BulkBar } from './bulk-bar.tsx';
import { useClaimNext } from './claim-next.ts';
import './queue.css';
import { type Filter, useStillList } from './still-list.ts';
import { TaskTable } from './task-table.tsx';

const STATES = ['open', 'claimed', 'snoozed', 'done'] as const;

/** What is asked for stands in the address: a reload, a link to a colleague and Back show the same list (C14). */
function filterOf(params: URLSearchParams): Filter {
  const kind = params.get('kind');
  const status = STATES.find((state) => state === params.get('status'));
  return {
    ...(kind ? { kind } : {}),
    ...(status ? { status } : {}),
    ...(params.get('assignee') === 'me' ? { assignee: 'me' } : {}),
    ...(params.get('overdue') === 'true' ? { overdue: true } : {}),
  };
}

export function QueuePage(): ReactNode {
  const { say } = useSay();
  const session = useSession();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const filter = useMemo(() => filterOf(params), [params]);
  const list = useStillList(filter, useNavigationType() === 'POP');
  const stats = useStats();
  const claim = useClaimNext();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const worker = hasRole(session, 'moderator', 'senior_moderator', 'legal', 'admin');
  const set = (name: string, value: string | null): void => {
    const next = new URLSearchParams(params);
    if (value) next.set(name, value);
    else next.delete(name);
    setParams(next);
    setSelected(new Set());
  };
  const next = (): void => void claim.take(filter.kind ? [filter.kind] : [], (id) => navigate(`/tasks/${id}`));
  useShortcuts(worker ? [{ keys: 'n', label: say('queue.claimNext'), run: next }] : []);
  useEffect(() => {
    if (list.waiting > 0) announce(say('queue.waiting', { n: list.waiting }));
  }, [list.waiting, say]);
  useEffect(() => {
    if (!list.loading) announce(say('queue.shown', { n: list.rows.length }));
  }, [list.loading, list.rows.length === 0]);
  const live = (stats.data?.kinds ?? []).reduce((sum, each) => sum + each.live, 0);
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
      {claim.nothing && (
        <p className="note" role="note">
          {say('queue.nothing')}
        </p>
      )}
      <ProblemNote error={claim.error} />
      <nav className="kinds" aria-label={say('queue.kinds')}>
        <KindLink to={linkTo(params, null)} current={!filter.kind} name={say('queue.all')} live={live} overdue={0} />
        {[...(stats.data?.kinds ?? [])].sort(asWorkFlows).map((each) => (
          <KindLink
            key={each.kind}
            to={linkTo(params, each.kind)}
            current={filter.kind === each.kind}
            name={wordOf(say, 'kind', each.kind)}
            live={each.live}
            overdue={each.overdue}
          />
        ))}
      </nav>
      <div className="row filters" role="group" aria-label={say('queue.filters')}>
        <label className="row">
          {say('queue.state')}
          <select value={filter.status ?? ''} onChange={(event) => set('status', event.target.value)}>
            <option value="">{say('queue.live')}</option>
            {STATES.map((state) => (
              <option key={state} value={state}>
                {wordOf(say, 'state', state)}
              </option>
            ))}
          </select>
        </label>
        <Tick label={say('queue.mine')} on={filter.assignee === 'me'} set={(on) => set('assignee', on ? 'me' : null)} />
        <Tick
          label={say('queue.overdue')}
          on={filter.overdue === true}
          set={(on) => set('overdue', on ? 'true' : null)}
        />
        {/* In a line that is there anyway: its coming moves nothing (C13). */}
        {list.waiting > 0 && (
          <Button className="waiting" onClick={list.showWaiting}>
            {say('queue.showWaiting', { n: list.waiting })}
          </Button>
        )}
      </div>
      <ProblemNote error={list.error} onRetry={list.showWaiting} />
      {list.loading && list.rows.length === 0 ? (
        <p className="muted">{say('common.loading')}</p>
      ) : list.rows.length === 0 ? (
        <p className="empty">{say('queue.empty')}</p>
      ) : (
        <TaskTable list={list} selected={selected} select={setSelected} selectable={worker} />
      )}
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

/** The order of the work, not of its codes: always the same, so that a queue is found where it was yesterday. */
const KINDS = [
  'case',
  'decision_approval',
  'bulk_approval',
  'appeal',
  'ban_objection',
  'rectification',
  'sanction_review',
  'content_removal',
  'referral_approval',
  'referral_followup',
  'registration',
  'information_correction',
  'birth_date_correction',
  'recovery',
  'guardian',
  'account_misuse',
  'deregistration',
  'deregistration_stalled',
];
const placeOf = (kind: string): number => (KINDS.includes(kind) ? KINDS.indexOf(kind) : KINDS.length);
const asWorkFlows = (a: { kind: string }, b: { kind: string }): number => placeOf(a.kind) - placeOf(b.kind);

const linkTo = (params: URLSearchParams, kind: string | null): string => {
  const next = new URLSearchParams(params);
  if (kind) next.set('kind', kind);
  else next.delete('kind');
  return `?${next.toString()}`;
};

interface KindLinkProps {
  readonly to: string;
  readonly current: boolean;
  readonly name: string;
  readonly live: number;
  readonly overdue: number;
}

function KindLink({ to, current, name, live, overdue }: KindLinkProps): ReactNode {
  const { say } = useSay();
  return (
    <Link to={to} aria-current={current ? 'page' : undefined}>
      {name} <b>{live}</b>
      {overdue > 0 && <span className="chip bad">{say('queue.overdueCount', { n: overdue })}</span>}
    </Link>
  );
}

interface TickProps {
  readonly label: string;
  readonly on: boolean;
  readonly set: (on: boolean) => void;
}

function Tick({ label, on, set }: TickProps): ReactNode {
  return (
    <label className="tick">
      <input type="checkbox" checked={on} onChange={(event) => set(event.target.checked)} /> {label}
    </label>
  );
}
