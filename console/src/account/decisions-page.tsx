import { type ReactNode, useState } from 'react';
import type { Schemas } from '../api/client.ts';
import { moment } from '../people/moment.ts';
import { useOnceKey } from '../people/once-key.ts';
import { AreaField, ErrorSummary, Heading } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { announce } from '../ui/live-region.tsx';
import { ClauseText } from './clause-text.tsx';
import { Home, Shown } from './parts.tsx';
import { api, mine } from './session.ts';
import { useSay } from './texts.ts';
import { useLoad } from './use-load.ts';

type Decision = Schemas['MyDecisionDto'];
type Appeal = Schemas['AppealDto'];
type Sanction = Schemas['SanctionDto'];

/** What the statement of reasons tells the person (src/modules/enforcement/domain/statement.ts). */
interface Statement {
  readonly facts?: string;
  readonly explanation?: string;
  readonly automatedDetection?: boolean;
  readonly clauses?: readonly { readonly ref: string; readonly label: string }[];
  readonly measures?: readonly { readonly measure: string; readonly instructions?: string }[];
}

/** Decisions about me with their reasons, what has to be put right, and the appeal with its answer (C26). */
export function DecisionsPage(): ReactNode {
  const { say } = useSay();
  const loaded = useLoad(async () => {
    const [decisions, appeals] = await Promise.all([
      mine(() => api.GET('/v1/accounts/me/decisions')),
      mine(() => api.GET('/v1/appeals', { params: { query: { limit: 100 } } })),
    ]);
    return { decisions: decisions.items, appeals: appeals.items };
  });
  return (
    <>
      <Heading>{say('decisions.title')}</Heading>
      <Shown loaded={loaded}>
        {({ decisions, appeals }) => (
          <>
            {decisions.length === 0 && <p>{say('decisions.none')}</p>}
            {decisions.map((decision) => (
              <DecisionCard
                key={decision.id}
                decision={decision}
                appeal={appeals.find((each) => each.decisionId === decision.id)}
                reload={loaded.reload}
              />
            ))}
          </>
        )}
      </Shown>
      <Home />
    </>
  );
}

interface CardProps {
  readonly decision: Decision;
  readonly appeal: Appeal | undefined;
  readonly reload: () => void;
}

function DecisionCard({ decision, appeal, reload }: CardProps): ReactNode {
  const { say, language } = useSay();
  const statement = decision.statementOfReasons as Statement | null;
  const orders = decision.sanctions.filter((each) => each.type === 'rectification' && each.state === 'active');
  const measure = (each: Sanction): string =>
    [
      say(`sanction.${each.type}`),
      say(`sanctionState.${each.state}`),
      each.endsAt !== null &&
        each.type !== 'rectification' &&
        say('standing.until', { time: moment(each.endsAt, language) }),
    ]
      .filter(Boolean)
      .join(' · ');
  return (
    <article className="card">
      <h2>
        {say('decisions.at', { time: moment(decision.decidedAt, language) })}
        {decision.state !== 'effective' && ` · ${say(`decisions.${decision.state}`)}`}
      </h2>
      <dl className="facts">
        <dt>{say('decisions.measures')}</dt>
        <dd>
          {decision.sanctions.map((each) => (
            <div key={each.id}>{measure(each)}</div>
          ))}
        </dd>
        {statement?.facts && (
          <>
            <dt>{say('decisions.facts')}</dt>
            <dd>{statement.facts}</dd>
          </>
        )}
        {statement?.explanation && (
          <>
            <dt>{say('decisions.why')}</dt>
            <dd>{statement.explanation}</dd>
          </>
        )}
        {statement && (
          <>
            <dt>{say('decisions.automated')}</dt>
            <dd>{say(statement.automatedDetection ? 'decisions.automatedYes' : 'decisions.automatedNo')}</dd>
          </>
        )}
        <dt>{say('decisions.appealUntil')}</dt>
        <dd>{moment(decision.appealUntil, language)}</dd>
      </dl>
      {statement === null && <p>{say('decisions.withheld')}</p>}
      {(statement?.clauses ?? []).map((clause) => (
        <div key={clause.ref}>
          <p>
            {say('decisions.rule')}: {clause.ref} {clause.label}
          </p>
          <ClauseText clause={clause.ref} />
        </div>
      ))}
      {orders.map((order) => (
        <Rectify
          key={order.id}
          order={order}
          instructions={statement?.measures?.find((each) => each.measure === 'rectification')?.instructions}
        />
      ))}
      {appeal ? <AppealThread appeal={appeal} reload={reload} /> : <NewAppeal decision={decision} reload={reload} />}
    </article>
  );
}

function Rectify({
  order,
  instructions,
}: {
  readonly order: Sanction;
  readonly instructions: string | undefined;
}): ReactNode {
  const { say, language } = useSay();
  const form = useForm({ text: '' }, { '/text': `rectify-${order.id}` });
  const [sent, setSent] = useState(false);
  const send = async (): Promise<void> => {
    const body = { text: form.value.text.trim() };
    await mine(() =>
      api.POST('/v1/sanctions/{id}/rectification-submissions', { params: { path: { id: order.id } }, body }),
    );
    setSent(true);
    form.set({ text: '' });
    announce(say('rectify.sent'));
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit(send, [form.value.text.trim() === '' && { field: `rectify-${order.id}`, code: 'field.text' }]);
      }}
    >
      <h3>{say('rectify.title')}</h3>
      {instructions && <p>{instructions}</p>}
      {order.endsAt !== null && (
        <p>
          {say('rectify.due')}: {moment(order.endsAt, language)}
        </p>
      )}
      <ErrorSummary form={form} />
      {sent ? (
        <p role="status">{say('rectify.sent')}</p>
      ) : (
        <>
          <AreaField
            id={`rectify-${order.id}`}
            label={say('rectify.text')}
            maxLength={4000}
            faults={form.faults}
            value={form.value.text}
            onText={(text) => form.set({ text })}
          />
          <button type="submit" className="button" disabled={form.busy}>
            {say('rectify.send')}
          </button>
        </>
      )}
    </form>
  );
}

function NewAppeal({ decision, reload }: Omit<CardProps, 'appeal'>): ReactNode {
  const { say, language } = useSay();
  const [open, setOpen] = useState(false);
  const keyOf = useOnceKey();
  const field = `appeal-${decision.id}`;
  const form = useForm({ text: '' }, { '/text': field });
  const send = async (): Promise<void> => {
    const body = { decisionId: decision.id, text: form.value.text.trim() };
    await mine(() => api.POST('/v1/appeals', { params: { header: { 'Idempotency-Key': keyOf(body) } }, body }));
    reload();
  };
  if (decision.state !== 'effective') return null;
  if (Date.parse(decision.appealUntil) < Date.now()) return <p>{say('appeal.over')}</p>;
  if (!open)
    return (
      <p>
        <button type="button" className="button" onClick={() => setOpen(true)}>
          {say('appeal.do')}
        </button>
      </p>
    );
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit(send, [form.value.text.trim() === '' && { field, code: 'field.text' }]);
      }}
    >
      <h3>{say('appeal.title')}</h3>
      <p>{say('appeal.lead')}</p>
      <p className="muted">
        {say('decisions.appealUntil')}: {moment(decision.appealUntil, language)}
      </p>
      <ErrorSummary form={form} />
      <AreaField
        id={field}
        label={say('appeal.text')}
        maxLength={4000}
        faults={form.faults}
        value={form.value.text}
        onText={(text) => form.set({ text })}
      />
      <button type="submit" className="button" disabled={form.busy}>
        {form.busy ? say('common.working') : say('appeal.send')}
      </button>
    </form>
  );
}

/** The dialogue; a decided appeal always has an answer in words, as the last of ours. */
function AppealThread({ appeal, reload }: { readonly appeal: Appeal; readonly reload: () => void }): ReactNode {
  const { say, language } = useSay();
  const field = `message-${appeal.id}`;
  const form = useForm({ text: '' }, { '/text': field });
  const live = appeal.state === 'filed' || appeal.state === 'in_review';
  const params = { path: { id: appeal.id } };
  const send = async (): Promise<void> => {
    await mine(() => api.POST('/v1/appeals/{id}/messages', { params, body: { text: form.value.text.trim() } }));
    form.set({ text: '' });
    reload();
  };
  const withdraw = async (): Promise<void> => {
    await mine(() => api.POST('/v1/appeals/{id}/withdrawal', { params }));
    reload();
  };
  return (
    <section>
      <h3>
        {say('appeal.mine')}: {say(`appealState.${appeal.state}`)}
      </h3>
      {live && (
        <p>
          {say('appeal.due')}: {moment(appeal.dueAt, language)}
        </p>
      )}
      <ol className="plain">
        {appeal.messages.map((message) => (
          <li key={message.at}>
            <strong>{say(message.fromStaff ? 'appeal.us' : 'appeal.you')}</strong>{' '}
            <span className="muted">{moment(message.at, language)}</span>
            <p>{message.text}</p>
          </li>
        ))}
      </ol>
      {live && (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void form.submit(send, [form.value.text.trim() === '' && { field, code: 'field.text' }]);
          }}
        >
          <ErrorSummary form={form} />
          <AreaField
            id={field}
            label={say('appeal.more')}
            rows={3}
            maxLength={4000}
            faults={form.faults}
            value={form.value.text}
            onText={(text) => form.set({ text })}
          />
          <div className="row">
            <button type="submit" className="button" disabled={form.busy}>
              {say('appeal.sendMore')}
            </button>
            <button type="button" className="button" disabled={form.busy} onClick={() => void form.submit(withdraw)}>
              {say('appeal.withdraw')}
            </button>
          </div>
        </form>
      )}
    </section>
  );
}
