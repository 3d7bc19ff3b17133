import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ask, type Schemas } from '../../../../api/client.ts';
import { atTime } from '../../../../i18n/times.ts';
import { api } from '../../../api.ts';
import { AccountGlance } from '../../../parts/account-glance.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { Timeline } from '../../../parts/timeline.tsx';
import { useSay } from '../../../use-say.ts';
import { ChoiceForm } from '../choice-form.tsx';
import type { SubjectProps } from '../task-page.tsx';
import { CaseEvidence } from './case-evidence.tsx';
import { DecisionCard, PolicyText, Sanctions, useDecision } from './parts.tsx';

const useAppeal = (id: string) =>
  useQuery({
    queryKey: ['appeal', id],
    queryFn: () => ask(api.GET('/v1/appeals/{id}', { params: { path: { id } } })),
    refetchInterval: 15_000,
  });

/** Somebody else looks again: the decision, what it rested on, what the person says; the answer is always in words (C26). */
export function AppealTask({ task, onDecided }: SubjectProps): ReactNode {
  const { say, language } = useSay();
  return (
    <Loaded query={useAppeal(task.subjectId)}>
      {(appeal) => (
        <div className="two">
          <div className="stack">
            <section className="card" aria-label={say('appeal.title')}>
              <h2>{say('appeal.title')}</h2>
              {appeal.messages.map((m) => (
                <div key={m.at} className="preview">
                  <p className="muted">
                    {say(m.fromStaff ? 'appeal.us' : 'appeal.person')} · {atTime(m.at, language)}
                  </p>
                  <p>{m.text ?? say('evidence.erased')}</p>
                </div>
              ))}
            </section>
            <Appealed decisionId={appeal.decisionId} taskId={task.id} />
            <Sanctions accountId={appeal.accountId} />
            <Timeline accountId={appeal.accountId} />
          </div>
          <div className="stack side">
            <AccountGlance accountId={appeal.accountId} />
            <ChoiceForm
              task={task}
              onDecided={onDecided}
              choices={[
                { id: 'upheld', key: 'u', label: say('appeal.upheld') },
                { id: 'overturned', key: 'o', label: say('appeal.overturned') },
              ]}
              textLabel={say('appeal.answer')}
              textRequired
              hold={({ decision, text }) => ({
                command: 'appeal.decide',
                body: { outcome: decision, answer: text } satisfies Schemas['AppealAnswerDto'],
              })}
              more={({ text }) =>
                text && (
                  <div className="preview" data-testid="preview">
                    <p className="muted">{say('decision.personReads')}</p>
                    <p>{text}</p>
                  </div>
                )
              }
            />
          </div>
        </div>
      )}
    </Loaded>
  );
}

function Appealed({ decisionId, taskId }: { readonly decisionId: string; readonly taskId: string }): ReactNode {
  return (
    <Loaded query={useDecision(decisionId)}>
      {(d) => (
        <>
          <DecisionCard decision={d} />
          <PolicyText accountId={d.accountId} refs={d.clauses} />
          <CaseEvidence caseId={d.caseId} taskId={taskId} />
        </>
      )}
    </Loaded>
  );
}
