import type { ReactNode } from 'react';
import { useSay } from '../use-say.ts';
import { wordOf } from './word.ts';

interface Ground {
  readonly kind: string;
  readonly references: readonly { readonly instrument: string; readonly article: string }[];
}

/** On which ground something is kept, and where that is written. */
export function Basis({ of: basis }: { readonly of: Ground | null }): ReactNode {
  const { say } = useSay();
  if (basis === null) return '–';
  return (
    <>
      {wordOf(say, 'basis', basis.kind)}
      {basis.references.map((each) => (
        <div className="muted" key={each.instrument + each.article}>
          {each.instrument} {each.article}
        </div>
      ))}
    </>
  );
}
