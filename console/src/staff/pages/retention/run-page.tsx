import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { ask, newKey } from '../../../api/client.ts';
import { atTime } from '../../../i18n/times.ts';
import { announce } from '../../../ui/live-region.tsx';
import { api } from '../../api.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { useRecordClasses } from '../../parts/record-classes.ts';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { useSay } from '../ops/texts.ts';
import { shortId } from '../../parts/short-id.ts';
import { ClassTable, Sample } from './run-classes.tsx';
import { dryRun, type Run, RUN_TONE } from './runs.ts';
import { Changes, SecondPerson, StartDialog } from './second-person.tsx';

const MOVING = ['queued', 'running'];

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
  const titles = useRecordClasses();
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
        <span className={`chip ${RUN_TONE[run.state] ?? ''}`} data-testid="run-state">
          {wordOf(say, 'runState', run.state)}
        </span>
      </div>
      <section className="card" aria-label={say('retention.progress')}>
        <dl className="facts">
          <dt>{say('retention.requested')}</dt>
          <dd>
            {atTime(run.requestedAt, language)} · {wordOf(say, 'runCause', run.cause)}
          </dd>
          <dt>{say('retention.asOf')}</dt>
          <dd>{atTime(run.asOf, language)}</dd>
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
      <ClassTable run={run} titles={titles} />
      {run.dryRun && run.state === 'completed' && due > 0 && <Sample run={run} titles={titles} />}
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
