import type { ReactNode } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { ask, type Schemas } from '../../../api/client.ts';
import { atTime } from '../../../i18n/times.ts';
import { api } from '../../api.ts';
import { AccountGlance } from '../../parts/account-glance.tsx';
import { Deadline } from '../../parts/deadline.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Paged, pageQuery } from '../../parts/paged.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { Timeline } from '../../parts/timeline.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { useSay } from '../../use-say.ts';
import { shortId } from '../../parts/short-id.ts';
import { useDeregistration } from '../task/deregistration/deregistration-task.tsx';
import { PlanCard } from '../task/deregistration/plan.tsx';
import '../task/task.css';
import { RetryUnits } from './retry-units.tsx';

type State = Schemas['DeregistrationItemDto']['state'];
const STATES: readonly State[] = [
  'cooling_off',
  'in_review',
  'approved',
  'executing',
  'partially_executed',
  'completed',
  'withdrawn',
  'rejected',
];
const ENDED: readonly State[] = ['completed', 'withdrawn', 'rejected'];

/** Every application by its due date; those that came to a stand are one filter away. */
export function DeregistrationsPage(): ReactNode {
  const { say, language } = useSay();
  const session = useSession();
  const [params, setParams] = useSearchParams();
  const state = STATES.find((each) => each === params.get('state'));
  return (
    <section className="page">
      <div className="row spread">
        <PageHeading>{say('nav.deregistrations')}</PageHeading>
        {hasRole(session, 'legal', 'senior_moderator') && (
          <Link to="/deregistrations/for-deceased">{say('deceased.title')}</Link>
        )}
      </div>
      <label className="row">
        {say('queue.state')}
        <select
          value={state ?? ''}
          onChange={(event) => setParams(event.target.value ? { state: event.target.value } : {})}
        >
          <option value="">{say('queue.all')}</option>
          {STATES.map((each) => (
            <option key={each} value={each}>
              {wordOf(say, 'deregState', each)}
            </option>
          ))}
        </select>
      </label>
      <Paged
        name={['deregistrations', state]}
        label={say('nav.deregistrations')}
        refresh={15_000}
        fetch={(cursor) =>
          ask(
            api.GET('/v1/deregistrations', {
              params: { query: { ...pageQuery(cursor), ...(state ? { state } : {}) } },
            }),
          )
        }
        columns={[
          say('dereg.title'),
          say('dereg.state'),
          say('queue.deadline'),
          say('dereg.requestedAt'),
          say('account.title'),
        ]}
        row={(d) => ({
          key: d.id,
          cells: [
            <Link key="id" to={`/deregistrations/${d.id}`} className="mono">
              {shortId(d.id)}
            </Link>,
            <span
              key="state"
              className={`chip ${d.state === 'partially_executed' ? 'bad' : d.state === 'completed' ? 'good' : ''}`}
            >
              {wordOf(say, 'deregState', d.state)}
            </span>,
            ENDED.includes(d.state) ? '–' : <Deadline key="due" dueAt={d.dueAt} provisional={d.dueProvisional} />,
            atTime(d.requestedAt, language),
            <Link key="account" to={`/accounts/${d.accountId}`} className="mono">
              {shortId(d.accountId)}
            </Link>,
          ],
        })}
      />
    </section>
  );
}

export function DeregistrationPage(): ReactNode {
  const { say } = useSay();
  const { id = '' } = useParams();
  return (
    <section className="page">
      <p className="crumbs">
        <Link to="/deregistrations">{say('nav.deregistrations')}</Link>
      </p>
      <PageHeading of={id}>
        {say('dereg.title')} <span className="mono">{shortId(id)}</span>
      </PageHeading>
      <Loaded query={useDeregistration(id)}>
        {(d) => (
          <div className="two">
            <div className="stack">
              <RetryUnits application={d} />
              <PlanCard plan={d.plan} />
              <Timeline accountId={d.accountId} />
            </div>
            <div className="stack side">
              <AccountGlance accountId={d.accountId} />
            </div>
          </div>
        )}
      </Loaded>
    </section>
  );
}
