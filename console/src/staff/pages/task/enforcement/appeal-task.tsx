import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { ask, type Schemas } from '../../../../api/client.ts';
import { atTime } from '../../../../i18n/times.ts';
import { useDraft } from '../../../../ui/drafts.ts';
import { api } from '../../../api.ts';
import { AccountGlance } from '../../../parts/account-glance.tsx';
import { ActDialog } from '../../../parts/act-dialog.tsx';
import { FileList } from '../../../parts/file-list.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { Timeline } from '../../../parts/timeline.tsx';
import { hasRole, useSession } from '../../../session.tsx';
import { useSay } from '../../enforcement/texts.ts';
import { ChoiceForm } from '../choice-form.tsx';
import { Desk } from '../desk.tsx';
import { Letter } from '../letter/letter.tsx';
import type { SubjectProps } from '../task-page.tsx';
import { AnswerLetter } from './answer-letter.tsx';
import { type AppealChanges, changesOf, VaryFields } from './appeal-changes.tsx';
import { CaseEvidence } from './case-evidence.tsx';
import { DecisionCard } from './decision-card.tsx';
import { type Decision, PolicyText, Sanctions, useDecision } from './parts.tsx';

type Appeal = Schemas['AppealDto'];
const UNANSWERED: readonly Appeal['state'][] = ['filed', 'in_review'];

const useAppeal = (id: string) =>
  useQuery({
    queryKey: ['appeal', id],
    queryFn: () => ask(api.GET('/v1/appeals/{id}', { params: { path: { id } } })),
    refetchInterval: 15_000,
  });

/** Somebody else looks again: the decision, what it rested on, what the person says; the answer is always in words (C26). */
export function AppealTask(props: SubjectProps): ReactNode {
  return (
    <Loaded query={useAppeal(props.task.subjectId)}>{(appeal) => <OneAppeal {...props} appeal={appeal} />}</Loaded>
  );
}

function OneAppeal({ appeal, ...props }: SubjectProps & { readonly appeal: Appeal }): ReactNode {
  return (
    <Desk
      query={useDecision(appeal.decisionId)}
      shown={(decision) => (
        <>
          <div className="pair">
            <Words appeal={appeal} />
            <AccountGlance accountId={appeal.accountId} />
          </div>
          <DecisionCard decision={decision} />
          <PolicyText accountId={appeal.accountId} refs={decision.clauses} />
          <CaseEvidence caseId={decision.caseId} taskId={props.task.id} />
          <Sanctions accountId={appeal.accountId} />
          <Timeline accountId={appeal.accountId} />
        </>
      )}
      form={(decision) => <AnswerForm {...props} decision={decision} />}
    />
  );
}

/** What was said on both sides; what is not clear is asked here, and answered on the person's page. */
function Words({ appeal }: { readonly appeal: Appeal }): ReactNode {
  const { say, language } = useSay();
  const [asking, setAsking] = useState(false);
  const reviewer = hasRole(useSession(), 'moderator', 'senior_moderator');
  const may = reviewer && UNANSWERED.includes(appeal.state);
  return (
    <section className="card" aria-label={say('appeal.title')}>
      <div className="row spread">
        <h2>{say('appeal.title')}</h2>
        {may && <Button onClick={() => setAsking(true)}>{say('appealTask.ask')}</Button>}
      </div>
      <ol className="log">
        {appeal.messages.map((m) => (
          <li key={m.at}>
            <p className="row">
              <strong>{say(m.fromStaff ? 'appeal.us' : 'appeal.person')}</strong>
              <span className="muted">{atTime(m.at, language)}</span>
            </p>
            <p className="quote">{m.text ?? say('evidence.erased')}</p>
          </li>
        ))}
      </ol>
      {appeal.files.length > 0 && (
        <>
          <h3>{say('appealTask.files')}</h3>
          <FileList
            files={appeal.files.map((f) => ({ ...f, bytes: f.sizeBytes }))}
            hrefOf={reviewer ? (id) => `/v1/appeals/${appeal.id}/files/${id}` : undefined}
          />
        </>
      )}
      {asking && <QuestionDialog appeal={appeal} onClose={() => setAsking(false)} />}
    </section>
  );
}

function QuestionDialog({ appeal, onClose }: { readonly appeal: Appeal; readonly onClose: () => void }): ReactNode {
  const { say } = useSay();
  const draft = useDraft(useSession().id, `appeal-question:${appeal.id}`, { text: '' });
  const text = draft.value.text.trim();
  return (
    <ActDialog
      title={say('appealTask.ask')}
      act={say('appealTask.send')}
      ready={text !== ''}
      send={async () => {
        await ask(api.POST('/v1/appeals/{id}/messages', { params: { path: { id: appeal.id } }, body: { text } }));
        draft.clear();
      }}
      done={say('appealTask.sent')}
      changes={[['appeal', appeal.id]]}
      onClose={onClose}
    >
      <Letter
        notice={undefined}
        fields={[
          {
            at: '/text',
            id: 'text',
            label: say('appealTask.words'),
            max: 4000,
            value: draft.value.text,
            set: (next) => draft.set({ text: next }),
            required: true,
          },
        ]}
      >
        <p className="muted">{say('appealTask.askHint')}</p>
      </Letter>
    </ActDialog>
  );
}

function AnswerForm({ task, onDecided, decision }: SubjectProps & { readonly decision: Decision }): ReactNode {
  const { say } = useSay();
  const changes = useDraft<AppealChanges>(useSession().id, `${task.id}:changes`, {});
  const varied = changesOf(changes.value);
  return (
    <ChoiceForm
      task={task}
      onDecided={onDecided}
      choices={[
        { id: 'upheld', key: 'u', label: say('appeal.upheld') },
        { id: 'overturned', key: 'o', label: say('appeal.overturned') },
        { id: 'varied', key: 'v', label: say('appealTask.vary') },
      ]}
      textLabel={say('appeal.answer')}
      textRequired
      toPerson
      ready={({ decision: outcome }) => outcome !== 'varied' || varied.length > 0}
      hold={({ decision: outcome, text }) => ({
        command: 'appeal.decide',
        body: {
          outcome,
          answer: text,
          ...(outcome === 'varied' ? { changes: varied } : {}),
        } satisfies Schemas['AppealAnswerDto'],
      })}
      letter={(chosen, words) => (
        <AnswerLetter task={task} decision={decision} chosen={chosen} changes={varied} words={words} />
      )}
      more={({ decision: outcome }) =>
        outcome === 'varied' && <VaryFields sanctions={decision.sanctions} value={changes.value} set={changes.set} />
      }
    />
  );
}
