import type { ReactNode } from 'react';
import type { Schemas } from '../../../../api/client.ts';
import { problemSaid } from '../../../parts/problem-said.ts';
import { useSay } from '../../enforcement/texts.ts';
import type { Body, Measure } from './measure-words.ts';

/** What the service finds wrong with a decision, and with which of its measures; none: with the decision as a whole. */
export interface ProblemFound {
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly measure?: Measure | undefined;
}

/** @param body what was asked about: measures come and go in the form while the answer is on its way */
export const problemsIn = (preview: Schemas['DecisionPreviewDto'], body: Body): ProblemFound[] =>
  ((preview.problems['items'] ?? []) as ProblemFound[]).map((problem) => {
    const place = /^\/actions\/(\d+)/.exec(problem.path)?.[1];
    return { ...problem, measure: place === undefined ? undefined : body.actions[Number(place)]?.type };
  });

export const ofMeasure = (problems: readonly ProblemFound[], measure?: Measure): ProblemFound[] =>
  problems.filter((each) => each.measure === measure);

export function Problems({ of }: { readonly of: readonly ProblemFound[] }): ReactNode {
  const { say } = useSay();
  if (of.length === 0) return null;
  return (
    <div className="note bad">
      <ul className="tight">
        {[...new Set(of.map((each) => problemSaid(say, each)))].map((said) => (
          <li key={said}>{said}</li>
        ))}
      </ul>
    </div>
  );
}
