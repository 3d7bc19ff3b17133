import type { ReactNode } from 'react';
import { comma } from '../../../../i18n/comma.ts';
import { atTime } from '../../../../i18n/times.ts';
import { Deadline } from '../../../parts/deadline.tsx';
import { wordOf } from '../../../parts/word.ts';
import { useSay } from '../../../use-say.ts';
import { CaseTools } from './case-tools.tsx';
import type { Case } from './parts.tsx';

/** What a case is, and what can be done with it besides deciding it. */
export function CaseCard({ found }: { readonly found: Case }): ReactNode {
  const { say, language } = useSay();
  return (
    <section className="card" aria-label={say('case.title')}>
      <h2>{say('case.title')}</h2>
      <dl className="facts">
        <dt>{say('case.clauses')}</dt>
        <dd>{found.clauses.join(comma())}</dd>
        <dt>{say('case.state')}</dt>
        <dd>{wordOf(say, 'caseState', found.state)}</dd>
        <dt>{say('case.reports')}</dt>
        <dd>{found.reportCount}</dd>
        <dt>{say('case.opened')}</dt>
        <dd>
          {atTime(found.openedAt, language)} · {wordOf(say, 'source', found.source)}
        </dd>
        <dt>{say('queue.deadline')}</dt>
        <dd>
          <Deadline dueAt={found.dueAt} endedAt={found.decidedAt} />
        </dd>
      </dl>
      <CaseTools found={found} />
    </section>
  );
}
