import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ask, type Schemas } from '../../../../api/client.ts';
import { api } from '../../../api.ts';
import { Deadline } from '../../../parts/deadline.tsx';
import { FileList } from '../../../parts/file-list.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { wordOf } from '../../../parts/word.ts';
import { hasRole, useSession } from '../../../session.tsx';
import { useSay } from '../../enforcement/texts.ts';
import { ChoiceForm } from '../choice-form.tsx';
import { Desk } from '../desk.tsx';
import type { SubjectProps } from '../task-page.tsx';
import { DecisionCard } from './decision-card.tsx';
import { useDecision } from './parts.tsx';

/** "This number is mine now" (ENF-14): what they say, the ban that refused them and why it was laid, and an answer in words. */
export function ObjectionTask({ task, onDecided }: SubjectProps): ReactNode {
  const { say } = useSay();
  const id = task.subjectId;
  const objection = useQuery({
    queryKey: ['ban-objection', id],
    queryFn: () => ask(api.GET('/v1/ban-objections/{id}', { params: { path: { id } } })),
    refetchInterval: 15_000,
  });
  return (
    <Desk
      query={objection}
      shown={(o) => (
        <>
          <Objection objection={o} task={task} />
          {o.sanctionIds.length === 0 && <p className="note">{say('objection.noBan')}</p>}
          {o.sanctionIds.map((each) => (
            <Ban key={each} sanctionId={each} />
          ))}
        </>
      )}
      form={() => (
        <ChoiceForm
          task={task}
          onDecided={onDecided}
          choices={[
            { id: 'cleared', key: 'a', label: say('objection.clear') },
            { id: 'kept', key: 'r', label: say('objection.keep') },
          ]}
          textLabel={say('objection.answer')}
          textRequired
          toPerson
          more={({ decision }) => (
            <p className="note">{say(decision === 'cleared' ? 'objection.clearText' : 'objection.keepText')}</p>
          )}
          hold={({ decision, text }) => ({
            command: 'objection.decide',
            body: { outcome: decision, answer: text } satisfies Schemas['BanObjectionAnswerDto'],
          })}
        />
      )}
    />
  );
}

interface ObjectionProps {
  readonly objection: Schemas['BanObjectionForReviewDto'];
  readonly task: SubjectProps['task'];
}

function Objection({ objection: o, task }: ObjectionProps): ReactNode {
  const { say } = useSay();
  const reviewer = hasRole(useSession(), 'moderator', 'senior_moderator');
  return (
    <section className="card" aria-label={say('objection.title')}>
      <div className="row spread">
        <h2>{say('objection.title')}</h2>
        <span className="chip">{wordOf(say, 'objectionState', o.state)}</span>
      </div>
      <Deadline dueAt={o.dueAt} endedAt={task.endedAt} />
      <p className="quote" data-testid="objection">
        {o.text ?? say('evidence.erased')}
      </p>
      {o.files.length > 0 && (
        <>
          <h3>{say('appealTask.files')}</h3>
          <FileList
            files={o.files.map((f) => ({ ...f, bytes: f.sizeBytes }))}
            hrefOf={reviewer ? (file) => `/v1/ban-objections/${o.id}/files/${file}` : undefined}
          />
        </>
      )}
      {o.answer && (
        <>
          <p className="muted">{say('objection.answered')}</p>
          <p className="quote">{o.answer}</p>
        </>
      )}
      <p className="muted">{say('objection.noAccount')}</p>
    </section>
  );
}

/** The ban with the whole decision that laid it: of the other person only what a judgement needs. */
function Ban({ sanctionId }: { readonly sanctionId: string }): ReactNode {
  const sanction = useQuery({
    queryKey: ['sanction', sanctionId],
    queryFn: () => ask(api.GET('/v1/sanctions/{id}', { params: { path: { id: sanctionId } } })),
  });
  return <Loaded query={sanction}>{(s) => <BanDecision decisionId={s.decisionId} />}</Loaded>;
}

function BanDecision({ decisionId }: { readonly decisionId: string }): ReactNode {
  return <Loaded query={useDecision(decisionId)}>{(d) => <DecisionCard decision={d} />}</Loaded>;
}
