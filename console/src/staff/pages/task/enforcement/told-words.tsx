import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ask, type Schemas } from '../../../../api/client.ts';
import { useSettled } from '../../../../ui/use-settled.ts';
import { api } from '../../../api.ts';
import { TextField } from '../../../parts/form-fields.tsx';
import { ProblemNote } from '../../../parts/problem-note.tsx';
import { useSay } from '../../../use-say.ts';
import { NoticeShown } from './parts.tsx';

interface Props {
  readonly sanctionId: string;
  /** What is about to happen; undefined while it is not complete. */
  readonly change: Omit<Schemas['ChangePreviewDto'], 'explanation'> | undefined;
  readonly explanation: string;
  readonly set: (explanation: string) => void;
}

/** The reason in the person's words beside the one for the record, and exactly what they will read of the change (ENF-8). */
export function ToldWords({ sanctionId, change, explanation, set }: Props): ReactNode {
  const { say } = useSay();
  const body = useSettled(change && { ...change, ...told(explanation) });
  const preview = useQuery({
    queryKey: ['change-preview', sanctionId, body],
    queryFn: () =>
      body === undefined
        ? null
        : ask(api.POST('/v1/sanctions/{id}/change-previews', { params: { path: { id: sanctionId } }, body })),
    enabled: body !== undefined,
    placeholderData: (before) => before,
    retry: false,
  });
  return (
    <>
      <TextField
        name="explanation"
        label={say('change.explanation')}
        hint={say('change.explanationHint')}
        value={explanation}
        max={2000}
        rows={3}
        onChange={set}
      />
      <ProblemNote error={preview.error} quiet />
      {change && preview.data?.notice && <NoticeShown notice={preview.data.notice} />}
    </>
  );
}

export const told = (explanation: string): { readonly explanation?: string } =>
  explanation.trim() === '' ? {} : { explanation: explanation.trim() };
