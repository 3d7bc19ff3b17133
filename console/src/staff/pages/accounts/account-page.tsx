import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { ask, type Schemas } from '../../../api/client.ts';
import { comma } from '../../../i18n/comma.ts';
import { atTime, onDay } from '../../../i18n/times.ts';
import { api } from '../../api.ts';
import { AccountGlance } from '../../parts/account-glance.tsx';
import { AnswerDialog } from '../../parts/answer-dialog.tsx';
import { TextField } from '../../parts/form-fields.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { Timeline } from '../../parts/timeline.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { shortId } from '../../parts/short-id.ts';
import { Acceptances, Applications, Disputes } from './account-records.tsx';
import { RetainedRegister } from './retained-register.tsx';
import { useSay } from './texts.ts';
import { Sanctions } from '../task/enforcement/parts.tsx';
import '../task/task.css';

const OpenCaseDialog = lazy(async () => ({
  default: (await import('../enforcement/open-case-dialog.tsx')).OpenCaseDialog,
}));

/** Everything about one account, masked; in clear only by role, with a reason that is kept (C18, account 360). */
export function AccountPage(): ReactNode {
  const { say } = useSay();
  const { id = '' } = useParams();
  const session = useSession();
  const [asking, setAsking] = useState(false);
  const [opening, setOpening] = useState(false);
  return (
    <section className="page">
      <div className="row spread">
        <PageHeading of={id}>
          {say('account.title')} <span className="mono">{shortId(id)}</span>
        </PageHeading>
        <div className="row">
          {hasRole(session, 'moderator', 'senior_moderator') && (
            <Button onClick={() => setOpening(true)}>{say('cases.open')}</Button>
          )}
          {hasRole(session, 'senior_moderator', 'legal', 'admin') && (
            <Button onClick={() => setAsking(true)}>{say('account.unmask')}</Button>
          )}
          {hasRole(session, 'auditor') && <Link to={`/audit?accountId=${id}`}>{say('account.audit')}</Link>}
        </div>
      </div>
      <div className="two">
        <div className="stack">
          <OpenWork accountId={id} />
          <Applications accountId={id} />
          {hasRole(session, 'legal', 'auditor', 'ops') && <RetainedRegister accountId={id} />}
          <Timeline accountId={id} />
        </div>
        <div className="stack">
          <AccountGlance accountId={id} here />
          {hasRole(session, 'moderator', 'senior_moderator', 'legal', 'auditor', 'admin') && (
            <Sanctions accountId={id} />
          )}
          {hasRole(session, 'moderator', 'senior_moderator', 'legal', 'auditor') && (
            <p>
              <Link to={`/cases?accountId=${id}`}>{say('cases.ofAccount')}</Link>
            </p>
          )}
          {hasRole(session, 'moderator', 'senior_moderator', 'legal', 'auditor') && <GuardianConsents accountId={id} />}
          {hasRole(session, 'moderator', 'senior_moderator', 'legal', 'auditor') && <Disputes accountId={id} />}
          {hasRole(session, 'legal', 'auditor') && <Acceptances accountId={id} />}
        </div>
      </div>
      {opening && (
        <Suspense>
          <OpenCaseDialog accountId={id} onClose={() => setOpening(false)} />
        </Suspense>
      )}
      {asking && <UnmaskDialog accountId={id} onClose={() => setAsking(false)} />}
    </section>
  );
}

function OpenWork({ accountId }: { readonly accountId: string }): ReactNode {
  const { say, language } = useSay();
  const query = useQuery({
    queryKey: ['tasks-of', accountId],
    queryFn: () => ask(api.GET('/v1/review-tasks', { params: { query: { accountId, limit: 50 } } })),
  });
  return (
    <section className="card" aria-label={say('account.work')}>
      <h2>{say('account.work')}</h2>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="muted">{say('common.none')}</p>
          ) : (
            <ul className="tight">
              {items.map((task) => (
                <li key={task.id}>
                  <Link to={`/tasks/${task.id}`}>
                    {wordOf(say, 'kind', task.kind)} <span className="mono">{shortId(task.id)}</span>
                  </Link>{' '}
                  · {wordOf(say, 'state', task.state)} · {atTime(task.dueAt, language)}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}

function GuardianConsents({ accountId }: { readonly accountId: string }): ReactNode {
  const { say, language } = useSay();
  const query = useQuery({
    queryKey: ['consents', accountId],
    queryFn: () => ask(api.GET('/v1/accounts/{id}/guardian-consents', { params: { path: { id: accountId } } })),
  });
  if (!query.data || query.data.items.length === 0) return null;
  return (
    <section className="card" aria-label={say('account.consents')}>
      <h2>{say('account.consents')}</h2>
      <ul className="tight">
        {query.data.items.map((consent) => (
          <li key={consent.requestedAt}>
            {wordOf(say, 'consent', consent.state)} · {onDay(consent.requestedAt, language)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function UnmaskDialog({ accountId, onClose }: { readonly accountId: string; readonly onClose: () => void }): ReactNode {
  const { say } = useSay();
  const [reason, setReason] = useState('');
  return (
    <AnswerDialog<Schemas['OwnAccountDto']>
      title={say('account.unmask')}
      act={say('account.unmask')}
      ready={reason.trim().length >= 3}
      send={() =>
        ask(
          api.POST('/v1/accounts/{id}/disclosures', {
            params: { path: { id: accountId } },
            body: { reason: reason.trim() },
          }),
        )
      }
      answer={(clear) => (
        <dl className="facts" data-testid="clear">
          <dt>{say('account.name')}</dt>
          <dd>{clear.displayName}</dd>
          <dt>{say('account.identifiers')}</dt>
          <dd>{clear.identifiers.map((each) => each.value).join(comma())}</dd>
          <dt>{say('account.birthDate')}</dt>
          <dd>{clear.birthDate}</dd>
        </dl>
      )}
      onClose={onClose}
    >
      <p>{say('account.unmaskText')}</p>
      <TextField name="reason" label={say('bulk.reason')} value={reason} max={1000} rows={3} onChange={setReason} />
    </AnswerDialog>
  );
}
