import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { ask } from '../../../api/client.ts';
import { atTime } from '../../../i18n/times.ts';
import { alarm, announce } from '../../../ui/live-region.tsx';
import { api } from '../../api.ts';
import { eventName } from '../../parts/event-name.ts';
import { Paged, pageQuery } from '../../parts/paged.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { wordOf } from '../../parts/word.ts';
import { useSay } from '../ops/texts.ts';

/** The log, and whether it still is what it was: the whole chain is walked when asked. */
export function AuditPage(): ReactNode {
  const { say, language } = useSay();
  const verify = useMutation({
    mutationFn: () => ask(api.GET('/v1/audit-events/verification')),
    onSuccess: ({ ok, count }) => (ok ? announce(say('audit.ok', { count })) : alarm(say('audit.broken'))),
  });
  const found = verify.data;
  return (
    <section className="page">
      <div className="row spread">
        <PageHeading>{say('nav.audit')}</PageHeading>
        <Button type="primary" size="large" loading={verify.isPending} onClick={() => verify.mutate()}>
          {say('audit.verify')}
        </Button>
      </div>
      <ProblemNote error={verify.error} />
      {found && (
        <div className={`note ${found.ok ? 'good' : 'bad'}`} data-testid="verification">
          <p>
            <strong>{found.ok ? say('audit.ok', { count: found.count }) : say('audit.broken')}</strong>
          </p>
          <p className="muted">
            {say('audit.checkpoints', { n: found.checkpointsMatched })} ·{' '}
            <span className="mono">{found.head.slice(0, 24)}</span>
          </p>
          {found.finding && (
            <p>
              #{found.finding.seq} · {found.finding.code} · {found.finding.message}
            </p>
          )}
        </div>
      )}
      <Paged
        name={['audit-events']}
        label={say('nav.audit')}
        fetch={(cursor) => ask(api.GET('/v1/audit-events', { params: { query: pageQuery(cursor) } }))}
        columns={['#', say('audit.at'), say('audit.what'), say('audit.who'), say('case.clauses')]}
        row={(e) => ({
          key: e.id,
          cells: [
            e.seq ?? '…',
            atTime(e.at, language),
            eventName(say, e.type),
            `${wordOf(say, 'actor', e.actor.kind)}${e.actor.kind === 'staff' ? ` ${e.actor.id}` : ''}`,
            e.clauses.join('、'),
          ],
        })}
      />
    </section>
  );
}
