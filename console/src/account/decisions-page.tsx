import type { ReactNode } from 'react';
import type { Schemas } from '../api/client.ts';
import { moment } from '../people/moment.ts';
import { multipart } from '../people/upload-field.tsx';
import { useOnceKey } from '../people/once-key.ts';
import { Heading } from '../people/parts.tsx';
import { AppealThread, NewAppeal } from './appeal.tsx';
import { Changes, isNew } from './changes.tsx';
import { Home, Shown } from './parts.tsx';
import { Reasons, type Statement } from './reasons.tsx';
import { Rectify } from './rectify.tsx';
import { api, mine } from './session.ts';
import { useSay } from './texts.ts';
import { useLoad } from './use-load.ts';

type Decision = Schemas['MyDecisionDto'];
type Appeal = Schemas['AppealDto'];
type Sanction = Schemas['SanctionDto'];

/** Decisions about me with their reasons, what has to be put right, and the appeal with its answer (C26). */
export function DecisionsPage(): ReactNode {
  const { say } = useSay();
  const loaded = useLoad(async () => {
    const [decisions, appeals, orders] = await Promise.all([
      mine(() => api.GET('/v1/accounts/me/decisions')),
      mine(() => api.GET('/v1/appeals', { params: { query: { limit: 100 } } })),
      mine(() => api.GET('/v1/accounts/me/rectifications')),
    ]);
    return { decisions: decisions.items, appeals: appeals.items, orders: orders.items };
  });
  return (
    <>
      <Heading>{say('decisions.title')}</Heading>
      <Shown loaded={loaded}>
        {({ decisions, appeals, orders }) => (
          <>
            {decisions.length === 0 && <p>{say('decisions.none')}</p>}
            {decisions.map((decision) => (
              <DecisionCard
                key={decision.id}
                decision={decision}
                appeal={appeals.find((each) => each.decisionId === decision.id)}
                orders={orders.filter((order) => decision.sanctions.some((each) => each.id === order.sanctionId))}
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
  readonly orders: readonly Schemas['MyRectificationDto'][];
  readonly reload: () => void;
}

function DecisionCard({ decision, appeal, orders, reload }: CardProps): ReactNode {
  const { say, language } = useSay();
  const statement = decision.statementOfReasons as Statement | null;
  const keyOf = useOnceKey();
  const file = async (text: string): Promise<void> => {
    const body = { decisionId: decision.id, text };
    await mine(() => api.POST('/v1/appeals', { params: { header: { 'Idempotency-Key': keyOf(body) } }, body }));
    reload();
  };
  const write =
    (id: string) =>
    async (text: string): Promise<void> => {
      await mine(() => api.POST('/v1/appeals/{id}/messages', { params: { path: { id } }, body: { text } }));
      reload();
    };
  const show =
    (id: string) =>
    async (chosen: File): Promise<void> => {
      await mine(() => api.POST('/v1/appeals/{id}/files', { params: { path: { id } }, ...multipart(chosen) }));
      reload();
    };
  const withdraw = (id: string) => async (): Promise<void> => {
    await mine(() => api.POST('/v1/appeals/{id}/withdrawal', { params: { path: { id } } }));
    reload();
  };
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
      <Reasons measures={decision.sanctions.map(measure)} statement={statement} appealUntil={decision.appealUntil} />
      {orders.map((order) => (
        <Rectify
          key={order.sanctionId}
          order={order}
          instructions={statement?.measures?.find((each) => each.measure === 'rectification')?.instructions}
          reload={reload}
        />
      ))}
      <Changes of={decision.changes} />
      {appeal && (
        <AppealThread appeal={appeal} write={write(appeal.id)} show={show(appeal.id)} withdraw={withdraw(appeal.id)} />
      )}
      {decision.state !== 'overturned' && (appeal === undefined || isNew(decision.changes, appeal)) && (
        <NewAppeal decisionId={decision.id} until={decision.appealUntil} file={file} />
      )}
    </article>
  );
}
