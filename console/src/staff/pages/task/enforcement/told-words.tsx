import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ask, type Schemas } from '../../../../api/client.ts';
import { useSettled } from '../../../../ui/use-settled.ts';
import { api } from '../../../api.ts';
import { ProblemNote } from '../../../parts/problem-note.tsx';
import { StandingChange, type StandingSeen } from '../../../parts/standing-change.tsx';
import { useSay } from '../../../use-say.ts';
import { Letter } from '../letter/letter.tsx';
import type { Sanction } from './parts.tsx';

interface Props {
  readonly sanction: Sanction;
  /** What is about to happen; undefined while it is not complete. */
  readonly change: Omit<Schemas['ChangePreviewDto'], 'explanation'> | undefined;
  readonly explanation: string;
  readonly set: (explanation: string) => void;
  /** What is longer says why. */
  readonly required?: boolean;
}

/** What the person reads of a change, with the reason written inside it (ENF-8, C7), and what they may do then. */
export function ToldWords({ sanction: s, change, explanation, set, required = false }: Props): ReactNode {
  const { say } = useSay();
  const body = useSettled(change && { ...change, ...told(explanation) });
  const preview = useQuery({
    queryKey: ['change-preview', s.id, body],
    queryFn: () =>
      body === undefined
        ? null
        : ask(api.POST('/v1/sanctions/{id}/change-previews', { params: { path: { id: s.id } }, body })),
    enabled: body !== undefined,
    placeholderData: (before) => before,
    retry: false,
  });
  const shown = change && !preview.isError ? preview.data : undefined;
  const standing = shown?.standing as
    { readonly before: StandingSeen; readonly after: StandingSeen } | null | undefined;
  return (
    <>
      <Letter
        notice={shown?.notice}
        fields={[
          {
            at: '/explanation',
            id: 'explanation',
            label: say('change.explanation'),
            max: 2000,
            value: explanation,
            set,
            required,
          },
        ]}
      >
        <p className="muted">{say('change.explanationHint')}</p>
      </Letter>
      <ProblemNote error={preview.error} quiet />
      {standing && <StandingChange accountId={s.accountId} before={standing.before} after={standing.after} />}
    </>
  );
}

export const told = (explanation: string): { readonly explanation?: string } =>
  explanation.trim() === '' ? {} : { explanation: explanation.trim() };
