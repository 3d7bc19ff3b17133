import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { ask } from '../../../api/client.ts';
import { comma } from '../../../i18n/comma.ts';
import { atTime } from '../../../i18n/times.ts';
import { api } from '../../api.ts';
import { Deadline } from '../../parts/deadline.tsx';
import { Paged, pageQuery } from '../../parts/paged.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { UrlFilter, UrlText, useUrlFilter } from '../../parts/url-filter.tsx';
import { useViolations } from '../../parts/violations.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { shortId } from '../../parts/short-id.ts';
import { OpenCaseDialog } from './open-case-dialog.tsx';
import { useSay } from './texts.ts';

const STATES = ['open', 'in_review', 'reopened', 'decided', 'closed', 'dismissed', 'merged'] as const;
const SOURCES = ['report', 'own_motion', 'authority', 'automated'] as const;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const TONES: Readonly<Record<string, string>> = {
  open: 'warn',
  reopened: 'warn',
  in_review: 'accent',
  decided: 'good',
};
export const caseTone = (state: string): string => TONES[state] ?? '';

/** Every case, also what is decided or put aside: found by account, clause, state and where it came from (ENF-13, C14). */
export function CasesPage(): ReactNode {
  const { say, language } = useSay();
  const may = hasRole(useSession(), 'moderator', 'senior_moderator');
  const [opening, setOpening] = useState(false);
  const [params] = useSearchParams();
  const clauses = useViolations().data?.clauses ?? [];
  const state = useUrlFilter('state', STATES);
  const source = useUrlFilter('source', SOURCES);
  const clause = params.get('clause') ?? undefined;
  const accountId = params.get('accountId') ?? undefined;
  const query = {
    ...(state ? { state } : {}),
    ...(source ? { source } : {}),
    ...(clause ? { clause } : {}),
    ...(accountId && ID.test(accountId) ? { accountId } : {}),
  };
  return (
    <section className="page">
      <div className="row spread">
        <PageHeading>{say('nav.cases')}</PageHeading>
        {may && (
          <Button type="primary" size="large" onClick={() => setOpening(true)}>
            {say('cases.open')}
          </Button>
        )}
      </div>
      <div className="row filters">
        <UrlFilter
          name="state"
          label={say('queue.state')}
          all={say('queue.all')}
          options={STATES.map((value) => ({ value, label: wordOf(say, 'caseState', value) }))}
        />
        <UrlFilter
          name="clause"
          label={say('case.clauses')}
          all={say('queue.all')}
          options={clauses.map((c) => ({ value: c.ref, label: `${c.ref} ${c[language === 'en' ? 'en' : 'zh']}` }))}
        />
        <UrlFilter
          name="source"
          label={say('cases.source')}
          all={say('queue.all')}
          options={SOURCES.map((value) => ({ value, label: wordOf(say, 'source', value) }))}
        />
        <UrlText name="accountId" label={say('cases.account')} fits={(text) => ID.test(text)} />
      </div>
      <Paged
        name={['cases', query]}
        label={say('nav.cases')}
        refresh={15_000}
        fetch={(cursor) => ask(api.GET('/v1/cases', { params: { query: { ...pageQuery(cursor), ...query } } }))}
        columns={[
          say('case.title'),
          say('queue.state'),
          say('queue.deadline'),
          say('account.title'),
          say('case.reports'),
          say('case.opened'),
        ]}
        row={(c) => ({
          key: c.id,
          cells: [
            <Link key="case" to={`/cases/${c.id}`}>
              {say('queue.clause', { clauses: c.clauses.join(comma()) })} <span className="mono">{shortId(c.id)}</span>
            </Link>,
            <span key="state" className={`chip ${caseTone(c.state)}`}>
              {wordOf(say, 'caseState', c.state)}
            </span>,
            <Deadline key="due" dueAt={c.dueAt} endedAt={ended(c)} />,
            <Link key="account" to={`/accounts/${c.accountId}`} className="mono">
              {shortId(c.accountId)}
            </Link>,
            `${c.reportCount} · ${wordOf(say, 'source', c.source)}`,
            atTime(c.openedAt, language),
          ],
        })}
      />
      {opening && <OpenCaseDialog accountId={accountId ?? ''} onClose={() => setOpening(false)} />}
    </section>
  );
}

/** When its clock stopped; a merged or dismissed case has none of its own any more. */
export const ended = (c: { readonly state: string; readonly decidedAt: string | null; readonly dueAt: string }) =>
  c.decidedAt ?? (c.state === 'merged' || c.state === 'dismissed' ? c.dueAt : null);
