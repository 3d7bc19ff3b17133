import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { ask, newKey, type Schemas } from '../../../api/client.ts';
import { atTime } from '../../../i18n/times.ts';
import { announce } from '../../../ui/live-region.tsx';
import { api } from '../../api.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Paged, pageQuery } from '../../parts/paged.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { useRecordClasses } from '../../parts/record-classes.ts';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { shortId } from '../queue/task-table.tsx';
import { Changes, SecondPerson, StartDialog } from './second-person.tsx';
import { useSay } from '../ops/texts.ts';

// Loaded where there is something to draw.
const Chart = lazy(async () => ({ default: (await import('../lead/chart.tsx')).Chart }));

type Run = Schemas['RunDto'];
const TONE: Readonly<Record<string, string>> = { completed: 'good', failed: 'bad', running: 'accent', paused: 'warn' };
const MOVING = ['queued', 'running'];

export function RetentionPage(): ReactNode {
  const { say, language } = useSay();
  const session = useSession();
  const navigate = useNavigate();
  const may = hasRole(session, 'ops', 'admin');
  const dry = useMutation({
    mutationFn: () => dryRun(newKey()),
    onSuccess: (run) => void navigate(`/retention/${run.id}`),
  });
  return (
    <section className="page">
      <div className="row spread">
        <PageHeading>{say('nav.retention')}</PageHeading>
        {may && (
          <Button type="primary" size="large" loading={dry.isPending} onClick={() => dry.mutate()}>
            {say('retention.dryRun')}
          </Button>
        )}
      </div>
      <p className="muted">{say('retention.hint')}</p>
      <ProblemNote error={dry.error} />
      <Paged
        name={['retention-runs']}
        label={say('nav.retention')}
        refresh={5_000}
        fetch={(cursor) => ask(api.GET('/v1/retention/runs', { params: { query: pageQuery(cursor) } }))}
        columns={[
          say('retention.run'),
          say('retention.kind'),
          say('queue.state'),
          say('retention.requested'),
          say('retention.finished'),
        ]}
        row={(run) => ({
          key: run.id,
          cells: [
            <Link key="id" to={`/retention/${run.id}`} className="mono">
              {shortId(run.id)}
            </Link>,
            say(run.dryRun ? 'retention.dry' : 'retention.real'),
            <span key="state" className={`chip ${TONE[run.state] ?? ''}`}>
              {wordOf(say, 'runState', run.state)}
            </span>,
            `${atTime(run.requestedAt, language)} · ${wordOf(say, 'runCause', run.cause)}`,
            run.finishedAt ? atTime(run.finishedAt, language) : '–',
          ],
        })}
      />
    </section>
  );
}

const dryRun = (key: string, recordClasses?: string[]): Promise<Run> =>
  ask(
    api.POST('/v1/retention/runs', {
      params: { header: { 'Idempotency-Key': key } },
      body: { dryRun: true, ...(recordClasses ? { recordClasses } : {}) },
    }),
  );

export function RetentionRunPage(): ReactNode {
  const { say } = useSay();
  const { id = '' } = useParams();
  const query = useQuery({
    queryKey: ['retention-run', id],
    queryFn: () => ask(api.GET('/v1/retention/runs/{id}', { params: { path: { id } } })),
    // Never a stale "running": while it moves it is asked for every second, afterwards now and then.
    refetchInterval: (q) => (q.state.data && !MOVING.includes(q.state.data.state) ? 10_000 : 1_000),
  });
  return (
    <section className="page">
      <p className="crumbs">
        <Link to="/retention">{say('nav.retention')}</Link>
      </p>
      <Loaded query={query}>{(run) => <OneRun run={run} />}</Loaded>
    </section>
  );
}

const STEERING = ['pause', 'resume', 'cancel'] as const;
type Steering = (typeof STEERING)[number];

const steer = (id: string, action: Steering): Promise<Run> => {
  const params = { path: { id } };
  if (action === 'pause') return ask(api.POST('/v1/retention/runs/{id}/pause', { params }));
  if (action === 'resume') return ask(api.POST('/v1/retention/runs/{id}/resume', { params }));
  return ask(api.POST('/v1/retention/runs/{id}/cancel', { params }));
};

function OneRun({ run }: { readonly run: Run }): ReactNode {
  const { say, language } = useSay();
  const client = useQueryClient();
  const [starting, setStarting] = useState(false);
  const command = useMutation({
    mutationFn: (action: Steering) => steer(run.id, action),
    onSuccess: (next, action) => {
      client.setQueryData(['retention-run', run.id], next);
      announce(say('task.doneAction', { action: wordOf(say, 'run', action) }));
    },
    onError: () => client.invalidateQueries({ queryKey: ['retention-run', run.id] }),
  });
  const { due, erased, held } = run.totals;
  const done = run.dryRun ? 0 : due === 0 ? 100 : Math.round(((erased + held) / due) * 100);
  return (
    <>
      <div className="row spread">
        <PageHeading of={run.id}>
          {say(run.dryRun ? 'retention.dry' : 'retention.real')} <span className="mono">{shortId(run.id)}</span>
        </PageHeading>
        <span className={`chip ${TONE[run.state] ?? ''}`} data-testid="run-state">
          {wordOf(say, 'runState', run.state)}
        </span>
      </div>
      <section className="card" aria-label={say('retention.progress')}>
        <dl className="facts">
          <dt>{say('retention.requested')}</dt>
          <dd>
            {atTime(run.requestedAt, language)} · {wordOf(say, 'runCause', run.cause)}
          </dd>
          <dt>{say('retention.policy')}</dt>
          <dd>
            {run.policyVersion} <span className="mono muted">{run.policySha256.slice(0, 12)}</span>
          </dd>
          <dt>{say('retention.totals')}</dt>
          <dd>{say(run.dryRun ? 'retention.wouldErase' : 'retention.erased', { due, erased, held })}</dd>
        </dl>
        {!run.dryRun && <progress value={done} max={100} aria-label={say('retention.progress')} />}
        <div className="row">
          {STEERING.filter((action) => run.actions.includes(action)).map((action) => (
            <Button key={action} loading={command.isPending} onClick={() => command.mutate(action)}>
              {wordOf(say, 'run', action)}
            </Button>
          ))}
          {run.actions.includes('propose') && due > 0 && (
            <Button type="primary" danger onClick={() => setStarting(true)}>
              {say('retention.propose', { n: due })}
            </Button>
          )}
          {run.actions.includes('start') && (
            <Button type="primary" danger onClick={() => setStarting(true)}>
              {say('retention.start', { n: due })}
            </Button>
          )}
          {run.state === 'failed' && <RetryFailed run={run} />}
          {run.state === 'completed' && (
            <a href={`/v1/retention/runs/${run.id}/report?format=csv`}>{say('retention.csv')}</a>
          )}
        </div>
        <ProblemNote error={command.error} />
        <SecondPerson run={run} />
      </section>
      {run.dryRun && run.proposal && !run.startedRunId && <Changes run={run} />}
      <ClassTable run={run} />
      {starting && <StartDialog run={run} onClose={() => setStarting(false)} />}
    </>
  );
}

/** The classes that failed and no others, from a dry run again: what went is gone and is not gone over twice (C28). */
function RetryFailed({ run }: { readonly run: Run }): ReactNode {
  const { say } = useSay();
  const navigate = useNavigate();
  const failed = run.classes.filter((c) => c.state === 'failed').map((c) => c.recordClass);
  const again = useMutation({
    mutationFn: () => dryRun(newKey(), failed),
    onSuccess: (next) => void navigate(`/retention/${next.id}`),
  });
  const may = hasRole(useSession(), 'ops', 'admin');
  if (!may || failed.length === 0) return null;
  return (
    <>
      <Button loading={again.isPending} onClick={() => again.mutate()}>
        {say('retention.retryFailed', { n: failed.length })}
      </Button>
      <ProblemNote error={again.error} />
    </>
  );
}

/** What failed first, then what has something due. */
function ClassTable({ run }: { readonly run: Run }): ReactNode {
  const { say, language } = useSay();
  const titles = useRecordClasses();
  const rank = (c: Run['classes'][number]): number => (c.state === 'failed' ? 0 : c.state === 'running' ? 1 : 2);
  const classes = [...run.classes].sort((a, b) => rank(a) - rank(b) || b.due - a.due);
  const due = classes.filter((c) => c.due > 0);
  const titleOf = (recordClass: string): string => titles.get(recordClass) ?? '';
  return (
    <section className="card" aria-label={say('retention.classes')}>
      <h2>{say('retention.classes')}</h2>
      {due.length > 1 && (
        <Suspense fallback={<p className="muted">{say('common.loading')}</p>}>
          <Chart
            kind="bars"
            labels={due.map((c) => titleOf(c.recordClass) || c.recordClass)}
            series={[
              {
                name: say(run.dryRun ? 'retention.due' : 'retention.gone'),
                colour: '--accent',
                values: due.map((c) => (run.dryRun ? c.due : c.erased)),
              },
              { name: say('retention.held'), colour: '--warn', values: due.map((c) => c.held) },
            ]}
          />
        </Suspense>
      )}
      <div className="scroll" tabIndex={0} role="region" aria-label={say('retention.classes')}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{say('plan.class')}</th>
              <th scope="col">{say('queue.state')}</th>
              <th scope="col">{say('retention.due')}</th>
              <th scope="col">{say('retention.gone')}</th>
              <th scope="col">{say('retention.held')}</th>
              <th scope="col">{say('retention.oldest')}</th>
              <th scope="col">{say('units.error')}</th>
            </tr>
          </thead>
          <tbody>
            {classes.map((c) => (
              <tr key={c.recordClass}>
                <td>
                  {titleOf(c.recordClass)} <span className="mono muted">{c.recordClass}</span>
                </td>
                <td>
                  <span className={`chip ${c.state === 'failed' ? 'bad' : c.state === 'done' ? 'good' : ''}`}>
                    {wordOf(say, 'unitState', c.state)}
                  </span>
                </td>
                <td>{c.due}</td>
                <td>{c.erased}</td>
                <td>{c.held}</td>
                <td>{c.oldestOverdueAt ? atTime(c.oldestOverdueAt, language) : '–'}</td>
                <td className="mono">{c.error ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
