import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { ask, type Schemas } from '../../../api/client.ts';
import { atTime } from '../../../i18n/times.ts';
import { useDraft } from '../../../ui/drafts.ts';
import { api } from '../../api.ts';
import { AccountGlance } from '../../parts/account-glance.tsx';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { Deadline } from '../../parts/deadline.tsx';
import { FileList } from '../../parts/file-list.tsx';
import { instantOf, laterThanNow, localOf, TextField } from '../../parts/form-fields.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { Timeline } from '../../parts/timeline.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { shortId } from '../../parts/short-id.ts';
import { serverNow } from '../../../ui/server-clock.ts';
import { Letter } from '../task/letter/letter.tsx';
import '../task/task.css';
import { orderTone } from './orders-page.tsx';
import { useSay } from './texts.ts';

export type Order = Schemas['RectificationDetailDto'];
const ACTS = ['accept', 'return', 'extend', 'escalate'] as const;
type Act = (typeof ACTS)[number];

export const useOrder = (id: string) =>
  useQuery({
    queryKey: ['rectification', id],
    queryFn: () => ask(api.GET('/v1/rectifications/{id}', { params: { path: { id } } })),
    refetchInterval: 15_000,
  });

/** One order: what was to be put right, what the person says, what we answered, and the next step (ENF-2). */
export function OrderPage(): ReactNode {
  const { say } = useSay();
  const { id = '' } = useParams();
  const order = useOrder(id);
  return (
    <section className="page">
      <p className="crumbs">
        <Link to="/orders">{say('nav.orders')}</Link>
      </p>
      <PageHeading of={id}>
        {say('orders.title')} <span className="mono">{shortId(id)}</span>
      </PageHeading>
      <Loaded query={order}>
        {(o) => (
          <div className="two">
            <div className="stack">
              <OrderCard order={o} />
              <OrderDialogue order={o} />
              <OrderFiles sanctionId={o.sanctionId} />
              <Timeline accountId={o.accountId} />
            </div>
            <div className="stack side">
              <AccountGlance accountId={o.accountId} />
            </div>
          </div>
        )}
      </Loaded>
    </section>
  );
}

function OrderCard({ order: o }: { readonly order: Order }): ReactNode {
  const { say } = useSay();
  const may = hasRole(useSession(), 'moderator', 'senior_moderator');
  const [act, setAct] = useState<Act | null>(null);
  const possible = may ? ACTS.filter((each) => o.actions.includes(each)) : [];
  return (
    <section className="card" aria-label={say('orders.title')}>
      <OrderFacts order={o} />
      {possible.length > 0 && (
        <div className="row">
          {possible.map((each) => (
            <Button key={each} type={each === 'accept' ? 'primary' : 'default'} onClick={() => setAct(each)}>
              {say(`orders.${each}`)}
            </Button>
          ))}
        </div>
      )}
      {act && <OrderDialog order={o} act={act} onClose={() => setAct(null)} />}
    </section>
  );
}

/** What is to be put right, until when, and whose turn it is. */
export function OrderFacts({ order: o }: { readonly order: Order }): ReactNode {
  const { say } = useSay();
  const ended = o.state === 'accepted' || o.state === 'withdrawn';
  return (
    <dl className="facts">
      <dt>{say('orders.what')}</dt>
      <dd>{o.instructions ?? say('common.none')}</dd>
      <dt>{say('case.clauses')}</dt>
      <dd>{o.clause}</dd>
      <dt>{say('queue.state')}</dt>
      <dd>
        <span className={`chip ${orderTone(o.state)}`} data-testid="order-state">
          {wordOf(say, 'orderState', o.state)}
        </span>
      </dd>
      <dt>{say('queue.deadline')}</dt>
      <dd>
        <Deadline dueAt={o.dueAt} endedAt={ended ? o.updatedAt : null} />
        {o.state === 'submitted' && <span className="muted"> · {say('orders.ours')}</span>}
      </dd>
    </dl>
  );
}

function OrderDialog({
  order: o,
  act,
  onClose,
}: {
  readonly order: Order;
  readonly act: Act;
  readonly onClose: () => void;
}): ReactNode {
  const { say } = useSay();
  const draft = useDraft(useSession().id, `order:${o.sanctionId}:${act}`, {
    text: '',
    due: localOf(laterThanNow(o.dueAt)),
  });
  const { text, due } = draft.value;
  const note = text.trim();
  const words = {
    id: 'note',
    label: say(act === 'accept' || act === 'return' ? 'orders.answer' : 'decision.reason'),
    max: 2000,
    value: text,
    required: true,
    set: (value: string) => draft.set({ text: value }),
  };
  const withDate = act === 'return' || act === 'extend';
  const params = { path: { id: o.sanctionId } };
  const send = async (): Promise<void> => {
    const dueAt = instantOf(due);
    if (act === 'extend')
      await ask(api.POST('/v1/sanctions/{id}/rectification-extensions', { params, body: { dueAt, reason: note } }));
    else if (act === 'escalate')
      await ask(api.POST('/v1/sanctions/{id}/rectification-escalations', { params, body: { reason: note } }));
    else
      await ask(
        api.POST('/v1/sanctions/{id}/rectification-reviews', {
          params,
          body: { accepted: act === 'accept', note, ...(act === 'return' ? { dueAt } : {}) },
        }),
      );
    draft.clear();
  };
  return (
    <ActDialog
      title={say(`orders.${act}`)}
      act={say(`orders.${act}`)}
      ready={note !== '' && (!withDate || due !== '')}
      send={send}
      done={say('orders.done')}
      changes={[['rectification', o.sanctionId], ['rectifications']]}
      onClose={onClose}
    >
      {act === 'escalate' && <p>{say('orders.escalateText')}</p>}
      {/* The person reads all of it on their page, but why it was handed up. */}
      {act === 'escalate' ? (
        <TextField {...words} name={words.id} rows={4} onChange={words.set} />
      ) : (
        <Letter notice={undefined} fields={[{ ...words, at: '/note' }]} />
      )}
      {withDate && (
        <TextField
          name="dueAt"
          label={say('orders.newDue')}
          type="datetime-local"
          value={due}
          max={16}
          min={localOf(new Date(serverNow()).toISOString())}
          required
          onChange={(value) => draft.set({ due: value })}
        />
      )}
    </ActDialog>
  );
}

export function OrderDialogue({ order }: { readonly order: Order }): ReactNode {
  const { say, language } = useSay();
  return (
    <section className="card" aria-label={say('orders.dialogue')}>
      <h2>{say('orders.dialogue')}</h2>
      {order.entries.length === 0 && <p className="muted">{say('orders.noAnswer')}</p>}
      <ol className="log">
        {order.entries.map((entry) => (
          <li key={entry.kind + entry.at}>
            <p className="row">
              <strong>{wordOf(say, 'orderEntry', entry.kind)}</strong>
              <span className="muted">
                {entry.fromStaff ? (entry.author ?? '') : say('appeal.person')} · {atTime(entry.at, language)}
              </span>
            </p>
            <p className="quote">{entry.text ?? say('evidence.erased')}</p>
            {entry.dueAt && <p className="muted">{say('orders.dueThen', { when: atTime(entry.dueAt, language) })}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What the person sent as proof; opening one is recorded, and not everybody may. */
export function OrderFiles({ sanctionId }: { readonly sanctionId: string }): ReactNode {
  const { say } = useSay();
  const files = useQuery({
    queryKey: ['rectification-files', sanctionId],
    queryFn: () => ask(api.GET('/v1/sanctions/{id}/rectification-files', { params: { path: { id: sanctionId } } })),
  });
  const may = hasRole(useSession(), 'moderator', 'senior_moderator');
  return (
    <section className="card" aria-label={say('orders.files')}>
      <h2>{say('orders.files')}</h2>
      <Loaded query={files}>
        {({ items }) => (
          <FileList
            files={items.map((f) => ({ ...f, bytes: f.sizeBytes }))}
            hrefOf={may ? (id) => `/v1/sanctions/${sanctionId}/rectification-files/${id}` : undefined}
          />
        )}
      </Loaded>
    </section>
  );
}
