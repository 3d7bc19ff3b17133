import type { ReactNode } from 'react';
import type { Schemas } from '../../../../api/client.ts';
import { serverNow } from '../../../../ui/server-clock.ts';
import type { Hold } from '../../../held/held.ts';
import { AccountGlance } from '../../../parts/account-glance.tsx';
import { instantOf, laterThanNow, localOf } from '../../../parts/form-fields.tsx';
import { Timeline } from '../../../parts/timeline.tsx';
import { type Order, OrderDialogue, OrderFacts, OrderFiles, useOrder } from '../../enforcement/order-page.tsx';
import { useSay } from '../../enforcement/texts.ts';
import { type Choice, ChoiceForm, type Chosen } from '../choice-form.tsx';
import { Desk } from '../desk.tsx';
import type { SubjectProps } from '../task-page.tsx';
import { CaseTools } from './case-tools.tsx';
import { PolicyText, Sanctions, useCase } from './parts.tsx';

/** What is overdue is handed up from its desk; here it has been. */
type Act = 'accept' | 'return' | 'extend';

/** Somebody says they put it right, or let the time pass (ENF-2): what was ordered, what they say and show, and the answer. */
export function OrderTask(props: SubjectProps): ReactNode {
  const { say } = useSay();
  return (
    <Desk
      query={useOrder(props.task.subjectId)}
      shown={(order) => (
        <>
          <div className="pair">
            <section className="card" aria-label={say('orders.title')}>
              <h2>{say('orders.title')}</h2>
              <OrderFacts order={order} />
              <ToolsOfCase caseId={order.caseId} />
            </section>
            <AccountGlance accountId={order.accountId} />
          </div>
          <PolicyText accountId={order.accountId} refs={[order.clause]} />
          <OrderDialogue order={order} />
          <OrderFiles sanctionId={order.sanctionId} />
          <Sanctions accountId={order.accountId} />
          <Timeline accountId={order.accountId} />
        </>
      )}
      form={(order) => <AnswerForm {...props} order={order} />}
    />
  );
}

/** An order that was not followed leads back to its case: what comes next is decided there. */
function ToolsOfCase({ caseId }: { readonly caseId: string }): ReactNode {
  const { data } = useCase(caseId);
  return data ? <CaseTools found={data} /> : null;
}

function AnswerForm({ task, onDecided, order }: SubjectProps & { readonly order: Order }): ReactNode {
  const { say } = useSay();
  const choices: readonly Choice<Act>[] = [
    { id: 'accept', key: 'a', label: say('orders.accept'), textLabel: say('orders.answer') },
    {
      id: 'return',
      key: 'b',
      label: say('orders.return'),
      dateLabel: say('orders.newDue'),
      textLabel: say('orders.answer'),
    },
    { id: 'extend', key: 'm', label: say('orders.extend'), dateLabel: say('orders.newDue') },
  ];
  return (
    <ChoiceForm
      task={task}
      onDecided={onDecided}
      choices={choices.filter(({ id }) => order.actions.includes(id))}
      textLabel={say('decision.reason')}
      textRequired
      // The person reads each of them on their page, more time included.
      toPerson
      dateFirst={localOf(laterThanNow(order.dueAt))}
      dateMin={localOf(new Date(serverNow()).toISOString())}
      hold={held}
    />
  );
}

function held({ decision, text, date }: Chosen<Act>): Hold {
  const dueAt = instantOf(date);
  if (decision === 'extend')
    return {
      command: 'rectification.extend',
      body: { dueAt, reason: text } satisfies Schemas['ExtensionDto'],
    };
  return {
    command: 'rectification.assess',
    body: {
      accepted: decision === 'accept',
      note: text,
      ...(decision === 'return' ? { dueAt } : {}),
    } satisfies Schemas['RectificationReviewDto'],
  };
}
