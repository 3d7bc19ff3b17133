import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { ask } from '../../../api/client.ts';
import { comma } from '../../../i18n/comma.ts';
import { atTime } from '../../../i18n/times.ts';
import { api } from '../../api.ts';
import { Paged, pageQuery } from '../../parts/paged.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { UrlFilter, useUrlFilter } from '../../parts/url-filter.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { shortId } from '../../parts/short-id.ts';
import { bulkTone, secondOf } from './bulk-page.tsx';
import { useSay } from './texts.ts';

const STATES = ['awaiting_approval', 'running', 'done', 'declined', 'lapsed', 'reversing', 'reversed'] as const;

/** Decisions about many accounts at once: who proposed what, and how far each is (ENF-10). */
export function BulkDecisionsPage(): ReactNode {
  const { say, language } = useSay();
  const navigate = useNavigate();
  const may = hasRole(useSession(), 'moderator', 'senior_moderator');
  const state = useUrlFilter('state', STATES);
  return (
    <section className="page">
      <div className="row spread">
        <PageHeading>{say('nav.bulk')}</PageHeading>
        {may && (
          <Button type="primary" size="large" onClick={() => void navigate('/bulk-decisions/new')}>
            {say('bulkDecision.propose')}
          </Button>
        )}
      </div>
      <UrlFilter
        name="state"
        label={say('queue.state')}
        all={say('queue.all')}
        options={STATES.map((value) => ({ value, label: wordOf(say, 'bulkState', value) }))}
      />
      <Paged
        name={['bulk-decisions', state]}
        label={say('nav.bulk')}
        refresh={15_000}
        fetch={(cursor) =>
          ask(
            api.GET('/v1/bulk-decisions', {
              params: { query: { ...pageQuery(cursor), ...(state ? { state } : {}) } },
            }),
          )
        }
        columns={[
          say('bulkDecision.title'),
          say('case.measure'),
          say('queue.state'),
          say('referrals.people'),
          say('bulkDecision.proposedAt'),
        ]}
        row={(b) => ({
          key: b.id,
          cells: [
            <Link key="bulk" to={`/bulk-decisions/${b.id}`}>
              {say('bulkDecision.accounts', { n: b.total })} <span className="mono">{shortId(b.id)}</span>
            </Link>,
            <span key="measure">
              {b.measures.map((each) => wordOf(say, 'measure', each)).join(comma())}{' '}
              <span className="muted">{say('queue.clause', { clauses: b.clauses.join(comma()) })}</span>
            </span>,
            <span key="state" className={`chip ${bulkTone(b.state)}`}>
              {wordOf(say, 'bulkState', b.state)}
            </span>,
            `${b.proposedBy} → ${b.approvedBy ?? say(secondOf(b.state))}`,
            atTime(b.createdAt, language),
          ],
        })}
      />
    </section>
  );
}
