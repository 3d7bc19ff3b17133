import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { ask } from '../../../api/client.ts';
import { atTime } from '../../../i18n/times.ts';
import { api } from '../../api.ts';
import { Deadline } from '../../parts/deadline.tsx';
import { Paged, pageQuery } from '../../parts/paged.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { UrlFilter, useUrlFilter } from '../../parts/url-filter.tsx';
import { wordOf } from '../../parts/word.ts';
import { shortId } from '../../parts/short-id.ts';
import { useSay } from './texts.ts';

const STATES = ['ordered', 'submitted', 'returned', 'overdue', 'escalated', 'accepted', 'withdrawn'] as const;
const ENDED: readonly string[] = ['accepted', 'withdrawn'];
const TONES: Readonly<Record<string, string>> = {
  submitted: 'accent',
  overdue: 'bad',
  escalated: 'bad',
  accepted: 'good',
};

export const orderTone = (state: string): string => TONES[state] ?? '';

/** Orders to rectify by their due date: whose answer is missing, and who is late (ENF-2). */
export function OrdersPage(): ReactNode {
  const { say, language } = useSay();
  const [params, setParams] = useSearchParams();
  const state = useUrlFilter('state', STATES);
  const overdue = params.get('overdue') === 'true';
  const query = { ...(state ? { state } : {}), ...(overdue ? { overdue } : {}) };
  return (
    <section className="page">
      <PageHeading>{say('nav.orders')}</PageHeading>
      <div className="row">
        <UrlFilter
          name="state"
          label={say('queue.state')}
          all={say('orders.open')}
          options={STATES.map((value) => ({ value, label: wordOf(say, 'orderState', value) }))}
        />
        <label className="row">
          <input
            type="checkbox"
            checked={overdue}
            onChange={({ target }) =>
              setParams((now) => {
                if (target.checked) now.set('overdue', 'true');
                else now.delete('overdue');
                return now;
              })
            }
          />
          {say('orders.overdueOnly')}
        </label>
      </div>
      <Paged
        name={['rectifications', state, overdue]}
        label={say('nav.orders')}
        refresh={15_000}
        fetch={(cursor) =>
          ask(api.GET('/v1/rectifications', { params: { query: { ...pageQuery(cursor), ...query } } }))
        }
        columns={[
          say('orders.order'),
          say('orders.what'),
          say('queue.state'),
          say('queue.deadline'),
          say('account.title'),
          say('orders.changed'),
        ]}
        row={(o) => ({
          key: o.sanctionId,
          cells: [
            <Link key="order" to={`/orders/${o.sanctionId}`}>
              {say('queue.clause', { clauses: o.clause })} <span className="mono">{shortId(o.sanctionId)}</span>
            </Link>,
            o.instructions ?? '–',
            <span key="state" className={`chip ${orderTone(o.state)}`}>
              {wordOf(say, 'orderState', o.state)}
            </span>,
            <Deadline key="due" dueAt={o.dueAt} endedAt={ENDED.includes(o.state) ? o.updatedAt : null} />,
            <Link key="account" to={`/accounts/${o.accountId}`} className="mono">
              {shortId(o.accountId)}
            </Link>,
            atTime(o.updatedAt, language),
          ],
        })}
      />
    </section>
  );
}
