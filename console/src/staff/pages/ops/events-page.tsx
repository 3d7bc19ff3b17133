import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { ask } from '../../../api/client.ts';
import { atTime } from '../../../i18n/times.ts';
import { announce } from '../../../ui/live-region.tsx';
import { api } from '../../api.ts';
import { eventName } from '../../parts/event-name.ts';
import { Paged, pageQuery } from '../../parts/paged.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { useSay } from './texts.ts';

/** What was given up on: events that a part of this service could not handle, and deliveries that no receiver took. */
export function EventsPage(): ReactNode {
  const { say } = useSay();
  return (
    <section className="page">
      <PageHeading>{say('nav.events')}</PageHeading>
      <p className="muted">{say('events.hint')}</p>
      <ParkedEvents />
      <ParkedDeliveries />
    </section>
  );
}

function ParkedEvents(): ReactNode {
  const { say, language } = useSay();
  const client = useQueryClient();
  const retry = useMutation({
    mutationFn: (id: string) => ask(api.POST('/v1/parked-events/{id}/retries', { params: { path: { id } } })),
    onSuccess: () => announce(say('events.retried')),
    onSettled: () => client.invalidateQueries({ queryKey: ['parked-events'] }),
  });
  return (
    <>
      <h2>{say('events.parked')}</h2>
      <ProblemNote error={retry.error} />
      <Paged
        name={['parked-events']}
        label={say('events.parked')}
        refresh={10_000}
        fetch={(cursor) => ask(api.GET('/v1/parked-events', { params: { query: pageQuery(cursor) } }))}
        columns={[
          say('webhooks.event'),
          say('events.consumer'),
          say('events.parkedAt'),
          say('units.attempts'),
          say('units.error'),
          say('account.title'),
          '',
        ]}
        row={(e) => ({
          key: e.id,
          cells: [
            eventName(say, e.eventType),
            <span key="consumer" className="mono">
              {e.consumer}
            </span>,
            atTime(e.parkedAt, language),
            e.attempts,
            <span key="error" className="mono">
              {e.lastError ?? '–'}
            </span>,
            e.accountId ? (
              <Link to={`/accounts/${e.accountId}`} className="mono">
                {e.accountId.slice(-8)}
              </Link>
            ) : (
              '–'
            ),
            <Button
              key="retry"
              loading={retry.isPending && retry.variables === e.id}
              onClick={() => retry.mutate(e.id)}
            >
              {say('common.retry')}
            </Button>,
          ],
        })}
      />
    </>
  );
}

function ParkedDeliveries(): ReactNode {
  const { say, language } = useSay();
  const client = useQueryClient();
  const again = useMutation({
    mutationFn: (id: string) => ask(api.POST('/v1/webhook-deliveries/{id}/redeliveries', { params: { path: { id } } })),
    onSuccess: () => announce(say('webhooks.again')),
    onSettled: () => client.invalidateQueries({ queryKey: ['webhook-deliveries'] }),
  });
  return (
    <>
      <div className="row spread">
        <h2>{say('events.undelivered')}</h2>
        <Link to="/webhooks">{say('events.allDeliveries')}</Link>
      </div>
      <ProblemNote error={again.error} />
      <Paged
        name={['webhook-deliveries', 'parked']}
        label={say('events.undelivered')}
        refresh={10_000}
        fetch={(cursor) =>
          ask(api.GET('/v1/webhook-deliveries', { params: { query: { ...pageQuery(cursor), state: 'parked' } } }))
        }
        columns={[say('webhooks.event'), say('units.attempts'), say('webhooks.at'), say('units.error'), '']}
        row={(d) => ({
          key: d.id,
          cells: [
            eventName(say, d.eventType),
            d.attempts,
            atTime(d.lastAttemptAt ?? d.eventAt, language),
            <span key="error" className="mono">
              {d.lastError ?? '–'}
            </span>,
            <Button
              key="again"
              loading={again.isPending && again.variables === d.id}
              onClick={() => again.mutate(d.id)}
            >
              {say('webhooks.redeliver')}
            </Button>,
          ],
        })}
      />
    </>
  );
}
