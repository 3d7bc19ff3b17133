import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { ask } from '../../../api/client.ts';
import { comma } from '../../../i18n/comma.ts';
import { atTime, onDay } from '../../../i18n/times.ts';
import { api } from '../../api.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { shortId } from '../../parts/short-id.ts';
import { useSay } from './texts.ts';

interface OfAccount {
  readonly accountId: string;
}

/** Every time this account asked to leave, and the receipt of the time that it did (2.5, DER-10). */
export function Applications({ accountId }: OfAccount): ReactNode {
  const { say, language } = useSay();
  const session = useSession();
  const query = useQuery({
    queryKey: ['deregistrations-of', accountId],
    queryFn: () => ask(api.GET('/v1/deregistrations', { params: { query: { accountId, limit: 20 } } })),
    enabled: hasRole(session, 'moderator', 'senior_moderator', 'legal', 'ops', 'auditor'),
  });
  if (!query.data || query.data.items.length === 0) return null;
  const reader = hasRole(session, 'auditor', 'legal', 'senior_moderator');
  return (
    <section className="card" aria-label={say('nav.deregistrations')}>
      <h2>{say('nav.deregistrations')}</h2>
      <ul className="tight">
        {query.data.items.map((d) => (
          <li key={d.id}>
            <Link to={`/deregistrations/${d.id}`}>
              {wordOf(say, 'deregState', d.state)} <span className="mono">{shortId(d.id)}</span>
            </Link>{' '}
            <span className="muted">{atTime(d.requestedAt, language)}</span>
            {reader && d.state === 'completed' && (
              <>
                {' · '}
                <a href={`/v1/deregistrations/${d.id}/receipt?format=pdf`}>{say('account.receipt')}</a>
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Which of their information is or was disputed, and what followed (2.2). */
export function Disputes({ accountId }: OfAccount): ReactNode {
  const { say, language } = useSay();
  const query = useQuery({
    queryKey: ['disputes-of', accountId],
    queryFn: () => ask(api.GET('/v1/accounts/{id}/information-disputes', { params: { path: { id: accountId } } })),
  });
  if (!query.data || query.data.items.length === 0) return null;
  return (
    <section className="card" aria-label={say('nav.information')}>
      <h2>{say('nav.information')}</h2>
      <ul className="tight">
        {query.data.items.map((d) => (
          <li key={d.id}>
            {d.fields.map((field) => wordOf(say, 'field', field)).join(comma())} ·{' '}
            {wordOf(say, 'disputeState', d.state)} · {wordOf(say, 'disputeOutcome', d.outcome)}{' '}
            <span className="muted">{onDay(d.openedAt, language)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What they agreed to, version by version; proven anew, and so asked for by a press. */
export function Acceptances({ accountId }: OfAccount): ReactNode {
  const { say, language } = useSay();
  const [wanted, setWanted] = useState(false);
  const params = { path: { id: accountId } };
  const query = useQuery({
    queryKey: ['acceptances', accountId],
    queryFn: () => ask(api.GET('/v1/accounts/{id}/acceptances/proof', { params })),
    enabled: wanted,
    staleTime: Infinity,
  });
  return (
    <section className="card" aria-label={say('account.acceptances')}>
      <h2>{say('account.acceptances')}</h2>
      {!wanted ? (
        <p>
          <Button onClick={() => setWanted(true)}>{say('account.showAcceptances')}</Button>
        </p>
      ) : (
        <Loaded query={query}>
          {({ acceptances }) => (
            <>
              {acceptances.length === 0 && <p className="muted">{say('common.none')}</p>}
              <ul className="tight">
                {acceptances.map((a) => (
                  <li key={a.id}>
                    {a.title} {a.version} · {wordOf(say, 'acceptance', a.decision)} · {wordOf(say, 'how', a.how)}
                    {a.guardianId && ` · ${wordOf(say, 'actor', 'guardian')}`}{' '}
                    <span className="muted">{atTime(a.at, language)}</span>
                  </li>
                ))}
              </ul>
              <p>
                <a href={`/v1/accounts/${accountId}/acceptances/proof?format=pdf`}>{say('account.proof')}</a>
              </p>
            </>
          )}
        </Loaded>
      )}
    </section>
  );
}
