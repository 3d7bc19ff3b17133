import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { ask, newKey } from '../../../api/client.ts';
import { atTime } from '../../../i18n/times.ts';
import { api } from '../../api.ts';
import { Paged, pageQuery } from '../../parts/paged.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { shortId } from '../../parts/short-id.ts';
import { useSay } from '../ops/texts.ts';
import { dryRun, RUN_TONE } from './runs.ts';

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
            <span key="state" className={`chip ${RUN_TONE[run.state] ?? ''}`}>
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
