import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ask, type Schemas } from '../../../../api/client.ts';
import { useSettled } from '../../../../ui/use-settled.ts';
import { api } from '../../../api.ts';
import { StandingChange, type StandingSeen } from '../../../parts/standing-change.tsx';
import type { Chosen } from '../choice-form.tsx';
import { Letter, type LetterField } from '../letter/letter.tsx';
import type { Task } from '../use-task.ts';
import type { Decision } from './parts.tsx';

type Outcome = Schemas['AppealAnswerDto']['outcome'];

interface Props {
  readonly task: Task;
  readonly decision: Decision;
  readonly chosen: Chosen<Outcome>;
  readonly changes: Schemas['AppealChangeDto'][];
  readonly words: LetterField;
}

/** The answer as the person will read it, and what they may do once it is given (C7, C26). */
export function AnswerLetter({ task, decision, chosen, changes, words }: Props): ReactNode {
  const body = useSettled({
    outcome: chosen.decision,
    // Asked about before it is written; the answer itself is not sent without words.
    answer: chosen.text || '…',
    ...(chosen.decision === 'varied' ? { changes } : {}),
  });
  const path = { id: task.subjectId };
  const preview = useQuery({
    queryKey: ['answer-preview', task.subjectId, body],
    queryFn: () => ask(api.POST('/v1/appeals/{id}/decision-previews', { params: { path }, body })),
    placeholderData: (before) => before,
    retry: false,
  });
  const standing = preview.data?.standing as { before: StandingSeen; after: StandingSeen } | null | undefined;
  return (
    <>
      <Letter notice={preview.data?.letter} fields={[{ ...words, at: '/answer', max: 4000 }]} />
      {standing && <StandingChange accountId={decision.accountId} before={standing.before} after={standing.after} />}
    </>
  );
}
