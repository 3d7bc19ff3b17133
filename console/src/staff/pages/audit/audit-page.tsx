import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { ask, type Schemas } from '../../../api/client.ts';
import { atTime } from '../../../i18n/times.ts';
import { alarm, announce } from '../../../ui/live-region.tsx';
import { api } from '../../api.ts';
import { clausesOf } from '../../parts/clauses.ts';
import { eventName } from '../../parts/event-name.ts';
import { Paged, pageQuery } from '../../parts/paged.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { wordOf } from '../../parts/word.ts';
import { shortId } from '../../parts/short-id.ts';
import { useSay } from '../ops/texts.ts';
import { AuditFilters, filterOf } from './audit-filters.tsx';

type AuditEvent = Schemas['AuditEventDto'];

/** The log, found by who, what, whom and when; and whether it still is what it was. Every question is an address (C14). */
export function AuditPage(): ReactNode {
  const { say, language } = useSay();
  const [params] = useSearchParams();
  const filter = filterOf(params);
  return (
    <section className="page">
      <PageHeading>{say('nav.audit')}</PageHeading>
      <Verification />
      <AuditFilters />
      <Paged
        name={['audit-events', filter]}
        label={say('nav.audit')}
        fetch={(cursor) => ask(api.GET('/v1/audit-events', { params: { query: { ...pageQuery(cursor), ...filter } } }))}
        columns={[
          '#',
          say('audit.at'),
          say('audit.what'),
          say('audit.who'),
          say('audit.whom'),
          say('case.clauses'),
          '',
        ]}
        row={(e) => ({
          key: e.id,
          cells: [
            e.seq ?? '…',
            atTime(e.at, language),
            <span key="what">
              {eventName(say, e.type)} <span className="mono muted">{e.type}</span>
            </span>,
            who(say, e),
            e.accountId ? (
              <Link key="whom" to={`/accounts/${e.accountId}`} className="mono">
                {shortId(e.accountId)}
              </Link>
            ) : (
              '–'
            ),
            clausesOf(say, e.clauses) || '–',
          ],
          detail: () => <Detail event={e} />,
        })}
      />
    </section>
  );
}

const who = (say: ReturnType<typeof useSay>['say'], e: AuditEvent): string => {
  const kind = wordOf(say, 'actor', e.actor.kind);
  return e.actor.kind === 'staff' || e.actor.kind === 'service' ? `${kind} ${e.actor.id}` : kind;
};

/** The event as the chain has it: what it was about, by which policies, and the hashes that bind it. */
function Detail({ event: e }: { readonly event: AuditEvent }): ReactNode {
  const { say } = useSay();
  const policies = Object.entries(e.policies);
  return (
    <dl className="facts">
      <dt>{say('audit.id')}</dt>
      <dd className="mono">{e.id}</dd>
      <dt>{say('audit.target')}</dt>
      <dd>
        {wordOf(say, 'target', e.target.kind)} <span className="mono">{e.target.id}</span>{' '}
        <Link to={`?targetId=${encodeURIComponent(e.target.id)}`}>{say('audit.sameTarget')}</Link>
      </dd>
      {e.actor.role && (
        <>
          <dt>{say('audit.role')}</dt>
          <dd>{wordOf(say, 'role', e.actor.role)}</dd>
        </>
      )}
      {policies.length > 0 && (
        <>
          <dt>{say('audit.policies')}</dt>
          <dd>
            {policies.map(([name, version]) => (
              <div key={name}>
                {wordOf(say, 'policyName', name)} <span className="mono">{String(version)}</span>
              </div>
            ))}
          </dd>
        </>
      )}
      {e.dataDigest && (
        <>
          <dt>{say('audit.dataDigest')}</dt>
          <dd className="mono hash">{e.dataDigest}</dd>
        </>
      )}
      <dt>{say('audit.hash')}</dt>
      <dd className="mono hash">{e.hash ?? say('timeline.unchained')}</dd>
    </dl>
  );
}

/** The whole chain is walked when asked. */
function Verification(): ReactNode {
  const { say } = useSay();
  const verify = useMutation({
    mutationFn: () => ask(api.GET('/v1/audit-events/verification')),
    onSuccess: ({ ok, count }) => (ok ? announce(say('audit.ok', { count })) : alarm(say('audit.broken'))),
  });
  const found = verify.data;
  return (
    <>
      <div className="row">
        <Button type="primary" loading={verify.isPending} onClick={() => verify.mutate()}>
          {say('audit.verify')}
        </Button>
        <a href="/v1/audit-events?format=jsonl">{say('audit.export')}</a>
        <span className="muted">{say('audit.exportHint')}</span>
      </div>
      <ProblemNote error={verify.error} />
      {found && (
        <div className={`note ${found.ok ? 'good' : 'bad'}`} data-testid="verification">
          <p>
            <strong>{found.ok ? say('audit.ok', { count: found.count }) : say('audit.broken')}</strong>
          </p>
          {found.finding && (
            <p>
              #{found.finding.seq} · {wordOf(say, 'auditFinding', found.finding.code)}{' '}
              <span className="muted">{found.finding.message}</span>
            </p>
          )}
          <p className="muted">
            {wordOf(say, 'anchor', found.anchor)} · {say('audit.checkpoints', { n: found.checkpointsMatched })} ·{' '}
            {say('audit.head')} <span className="mono hash">{found.head}</span>
          </p>
        </div>
      )}
    </>
  );
}
