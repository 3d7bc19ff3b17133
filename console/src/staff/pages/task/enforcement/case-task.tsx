import { useMemo, type ReactNode } from 'react';
import { AccountGlance } from '../../../parts/account-glance.tsx';
import { EvidenceList } from '../../../parts/evidence.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { Timeline } from '../../../parts/timeline.tsx';
import { useSay } from '../../../use-say.ts';
import type { SubjectProps } from '../task-page.tsx';
import { CaseCard } from './case-card.tsx';
import { evidenceOf } from './case-evidence.tsx';
import { CaseForm } from './case-form.tsx';
import { DecisionTools } from './decision-tools.tsx';
import { DecisionCard } from './decision-card.tsx';
import { type Case, LinkedAccounts, PolicyText, Sanctions, useCase } from './parts.tsx';

/** A case (3.3–3.6, 7.1): what was reported, what there is to see, what stood before, the clause, the form. */
export function CaseTask(props: SubjectProps): ReactNode {
  return <Loaded query={useCase(props.task.subjectId)}>{(found) => <OneCase {...props} found={found} />}</Loaded>;
}

function OneCase({ task, onDecided, found }: SubjectProps & { readonly found: Case }): ReactNode {
  const { say, language } = useSay();
  const items = useMemo(() => evidenceOf(found, say, language), [found, say, language]);
  return (
    <div className="two">
      <div className="stack">
        <div className="pair">
          <CaseCard found={found} />
          <AccountGlance accountId={found.accountId} />
        </div>
        <PolicyText accountId={found.accountId} refs={found.clauses} />
        <EvidenceList key={found.id} taskId={task.id} items={items} />
        {found.decisions.map((d) => (
          <DecisionCard key={d.id} decision={d} tools={<DecisionTools decision={d} />} />
        ))}
        <Sanctions accountId={found.accountId} />
        <LinkedAccounts links={found.links} of={found.accountId} />
        <Timeline accountId={found.accountId} />
      </div>
      <div className="side">
        <CaseForm task={task} onDecided={onDecided} found={found} />
      </div>
    </div>
  );
}
