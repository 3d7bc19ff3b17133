import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { ask, type Schemas } from '../../../api/client.ts';
import { atTime } from '../../../i18n/times.ts';
import { announce } from '../../../ui/live-region.tsx';
import { api } from '../../api.ts';
import { Paged, pageQuery } from '../../parts/paged.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { useSay } from '../ops/texts.ts';
import { AddEndpoint, EndEndpoint, type Endpoint, RotateSecret } from './endpoint-dialogs.tsx';

type Delivery = Schemas['WebhookDeliveryDto'];
const STATES: readonly Delivery['state'][] = ['pending', 'delivered', 'parked', 'cancelled'];

export function WebhooksPage(): ReactNode {
  const { say, language } = useSay();
  const may = hasRole(useSession(), 'ops', 'admin');
  const client = useQueryClient();
  const [open, setOpen] = useState<'add' | { rotate: Endpoint } | { end: Endpoint } | null>(null);
  const close = (): void => setOpen(null);
  const [params, setParams] = useSearchParams();
  const state = STATES.find((each) => each === params.get('state'));
  const again = useMutation({
    mutationFn: (id: string) => ask(api.POST('/v1/webhook-deliveries/{id}/redeliveries', { params: { path: { id } } })),
    onSuccess: () => {
      announce(say('webhooks.again'));
      void client.invalidateQueries({ queryKey: ['webhook-deliveries'] });
    },
  });
  return (
    <section className="page">
      <PageHeading>{say('nav.webhooks')}</PageHeading>
      <div className="row spread">
        <h2>{say('webhooks.endpoints')}</h2>
        {may && <Button onClick={() => setOpen('add')}>{say('webhooks.add')}</Button>}
      </div>
      <Paged
        name={['webhook-endpoints']}
        label={say('webhooks.endpoints')}
        fetch={(cursor) => ask(api.GET('/v1/webhook-endpoints', { params: { query: pageQuery(cursor) } }))}
        columns={[say('webhooks.address'), say('webhooks.events'), say('webhooks.since'), '']}
        row={(e) => ({
          key: e.id,
          cells: [
            <span key="url">
              <span className="mono">{e.url}</span> <span className="muted">{e.description}</span>
            </span>,
            <span key="types" className="mono">
              {e.eventTypes.join(' ')}
            </span>,
            atTime(e.createdAt, language),
            may ? (
              <span key="acts" className="row">
                <Button size="small" onClick={() => setOpen({ rotate: e })}>
                  {say('webhooks.rotate')}
                </Button>
                <Button size="small" danger onClick={() => setOpen({ end: e })}>
                  {say('webhooks.end')}
                </Button>
              </span>
            ) : null,
          ],
        })}
      />
      <div className="row spread">
        <h2>{say('webhooks.deliveries')}</h2>
        <label className="row">
          {say('queue.state')}
          <select
            value={state ?? ''}
            onChange={(event) => setParams(event.target.value ? { state: event.target.value } : {})}
          >
            <option value="">{say('queue.all')}</option>
            {STATES.map((each) => (
              <option key={each} value={each}>
                {wordOf(say, 'delivery', each)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <ProblemNote error={again.error} />
      <Paged
        name={['webhook-deliveries', state]}
        label={say('webhooks.deliveries')}
        refresh={8_000}
        fetch={(cursor) =>
          ask(
            api.GET('/v1/webhook-deliveries', {
              params: { query: { ...pageQuery(cursor), ...(state ? { state } : {}) } },
            }),
          )
        }
        columns={[
          say('webhooks.event'),
          say('queue.state'),
          say('units.attempts'),
          say('webhooks.at'),
          say('units.error'),
          '',
        ]}
        row={(d) => ({
          key: d.id,
          cells: [
            d.eventType,
            <span
              key="state"
              className={`chip ${d.state === 'delivered' ? 'good' : d.state === 'parked' ? 'bad' : ''}`}
            >
              {wordOf(say, 'delivery', d.state)} {d.responseStatus ?? ''}
            </span>,
            d.attempts,
            atTime(d.lastAttemptAt ?? d.eventAt, language),
            <span key="error" className="mono">
              {d.lastError ?? '–'}
            </span>,
            may && d.state !== 'pending' ? (
              <Button loading={again.isPending && again.variables === d.id} onClick={() => again.mutate(d.id)}>
                {say('webhooks.redeliver')}
              </Button>
            ) : null,
          ],
        })}
      />
      {open === 'add' && <AddEndpoint onClose={close} />}
      {open !== null && open !== 'add' && 'rotate' in open && <RotateSecret endpoint={open.rotate} onClose={close} />}
      {open !== null && open !== 'add' && 'end' in open && <EndEndpoint endpoint={open.end} onClose={close} />}
    </section>
  );
}
