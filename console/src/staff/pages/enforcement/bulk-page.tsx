import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { ask, type Schemas } from '../../../api/client.ts';
import { comma } from '../../../i18n/comma.ts';
import { atTime, periodName } from '../../../i18n/times.ts';
import { api } from '../../api.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Paged, pageQuery } from '../../parts/paged.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { shortId } from '../../parts/short-id.ts';
import { Statement } from '../task/enforcement/decision-card.tsx';
import '../task/task.css';
import { useSay } from './texts.ts';

export type Bulk = Schemas['BulkDto'];

const MOVING = ['running', 'reversing'];
const TONE: Readonly<Record<string, string>> = {
  done: 'good',
  refused: 'bad',
  reversed: 'warn',
  not_reversed: 'bad',
  awaiting_approval: 'warn',
  running: 'accent',
  reversing: 'accent',
};

export const bulkTone = (state: string): string => TONE[state] ?? '';

/** In place of the second person: still missing, never came, or not needed for so few and so little. */
export const secondOf = (state: string | null): 'referrals.nobodyYet' | 'bulkDecision.alone' =>
  state === 'awaiting_approval' || state === 'lapsed' ? 'referrals.nobodyYet' : 'bulkDecision.alone';

export const useBulk = (id: string) =>
  useQuery({
    queryKey: ['bulk-decision', id],
    queryFn: () => ask(api.GET('/v1/bulk-decisions/{id}', { params: { path: { id } } })),
    refetchInterval: (q) => (MOVING.includes(q.state.data?.state ?? '') ? 2_000 : 15_000),
  });

/** One decision about many accounts: how far it is, what became of each, and the way back as a whole (ENF-10). */
export function BulkPage(): ReactNode {
  const { say } = useSay();
  const { id = '' } = useParams();
  const [reversing, setReversing] = useState(false);
  const session = useSession();
  const may = hasRole(session, 'senior_moderator');
  const proposer = may || hasRole(session, 'moderator');
  return (
    <section className="page">
      <PageHeading of={id}>
        {say('bulkDecision.title')} <span className="mono">{shortId(id)}</span>
      </PageHeading>
      <Loaded query={useBulk(id)}>
        {(bulk) => (
          <>
            <BulkOrder bulk={bulk}>
              {may && ['running', 'done'].includes(bulk.state ?? '') && (
                <p>
                  <Button danger onClick={() => setReversing(true)}>
                    {say('bulkDecision.reverse')}
                  </Button>
                </p>
              )}
            </BulkOrder>
            {proposer && bulk.state === 'done' && Number(bulk.counts['refused'] ?? 0) > 0 && (
              <p>
                <Link to={`/bulk-decisions/new?of=${id}`}>
                  {say('bulkDecision.again', { n: Number(bulk.counts['refused']) })}
                </Link>
              </p>
            )}
            <BulkItems id={id} moving={MOVING.includes(bulk.state ?? '')} />
            {reversing && (
              <ActDialog
                title={say('bulkDecision.reverse')}
                act={say('bulkDecision.reverseNow', { n: bulk.total })}
                danger
                ready
                send={() => ask(api.POST('/v1/bulk-decisions/{id}/reversal', { params: { path: { id } } }))}
                done={say('bulkDecision.reversing')}
                changes={[
                  ['bulk-decision', id],
                  ['bulk-items', id],
                ]}
                onClose={() => setReversing(false)}
              >
                <p>{say('bulkDecision.reverseText')}</p>
              </ActDialog>
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}

/** What is decided about each of them, in the words that each reads, and what they are said to have in common. */
export function BulkOrder({ bulk, children }: { readonly bulk: Bulk; readonly children?: ReactNode }): ReactNode {
  const { say, language } = useSay();
  const { order } = bulk;
  return (
    <section className="card" aria-label={say('bulkDecision.title')}>
      <div className="row spread">
        <h2>{say('bulkDecision.about', { n: bulk.total })}</h2>
        <span className={`chip ${TONE[bulk.state ?? ''] ?? ''}`} data-testid="bulk-state">
          {wordOf(say, 'bulkState', bulk.state ?? '')}
        </span>
      </div>
      <dl className="facts">
        <dt>{say('referrals.people')}</dt>
        <dd>
          {bulk.proposedBy} → {bulk.approvedBy ?? <span className="muted">{say(secondOf(bulk.state))}</span>}
          {bulk.createdAt && <span className="muted"> · {atTime(bulk.createdAt, language)}</span>}
        </dd>
        {order && (
          <>
            <dt>{say('case.clauses')}</dt>
            <dd>{order.decision.clauses.join(comma())}</dd>
            <dt>{say('case.measure')}</dt>
            <dd>
              {order.decision.actions.map((a) => (
                <div key={a.type}>
                  {wordOf(say, 'measure', a.type)} {a.duration && periodName(a.duration, language)}{' '}
                  {a.endsAt && say('standing.until', { until: atTime(a.endsAt, language) })}{' '}
                  <span className="muted">{a.instructions}</span>
                </div>
              ))}
            </dd>
            <dt>{say('bulkDecision.common')}</dt>
            <dd>{order.note}</dd>
            {order.select && (
              <>
                <dt>{say('bulkDecision.chosenBy')}</dt>
                <dd>
                  <Selection select={order.select} />
                </dd>
              </>
            )}
          </>
        )}
        <dt>{say('bulkDecision.progress')}</dt>
        <dd>
          {Object.entries(bulk.counts).map(([state, n]) => (
            <span className={`chip ${TONE[state] ?? ''}`} key={state}>
              {wordOf(say, 'bulkItem', state)} {String(n)}
            </span>
          ))}
        </dd>
      </dl>
      {order && <Statement statement={{ ...order.decision.statementOfReasons }} />}
      {children}
    </section>
  );
}

function Selection({ select }: { readonly select: NonNullable<NonNullable<Bulk['order']>['select']> }): ReactNode {
  const { say, language } = useSay();
  const told = [
    select.clause && say('queue.clause', { clauses: select.clause }),
    select.leastReports && say('bulkDecision.leastReports', { n: select.leastReports }),
    select.linkedTo && say('bulkDecision.linkedTo', { id: shortId(select.linkedTo) }),
    select.linkKinds?.map((kind) => wordOf(say, 'link', kind)).join(comma()),
    select.createdFrom && say('bulkDecision.from', { when: atTime(select.createdFrom, language) }),
    select.createdTo && say('bulkDecision.to', { when: atTime(select.createdTo, language) }),
  ];
  return told.filter(Boolean).join(' · ');
}

/** Each account and what became of it. */
export function BulkItems({ id, moving = false }: { readonly id: string; readonly moving?: boolean }): ReactNode {
  const { say } = useSay();
  return (
    <Paged
      // Asked once more when it has come to its end: what the last look saw still waiting is done by then.
      name={['bulk-items', id, moving]}
      label={say('bulkDecision.items')}
      {...(moving ? { refresh: 5_000 } : {})}
      fetch={(cursor) =>
        ask(api.GET('/v1/bulk-decisions/{id}/items', { params: { path: { id }, query: pageQuery(cursor) } }))
      }
      columns={[say('account.title'), say('queue.state'), say('bulkDecision.why')]}
      row={(item) => ({
        key: item.accountId,
        cells: [
          <Link key="account" to={`/accounts/${item.accountId}`} className="mono">
            {shortId(item.accountId)}
          </Link>,
          <span key="state" className={`chip ${TONE[item.state] ?? ''}`}>
            {wordOf(say, 'bulkItem', item.state)}
          </span>,
          item.problem === null ? '–' : wordOf(say, 'decisionProblem', item.problem),
        ],
      })}
    />
  );
}
