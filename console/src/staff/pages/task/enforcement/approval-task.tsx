import type { ReactNode } from 'react';
import type { Schemas } from '../../../../api/client.ts';
import { AccountGlance } from '../../../parts/account-glance.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { Timeline } from '../../../parts/timeline.tsx';
import { useSay } from '../../../use-say.ts';
import { ChoiceForm } from '../choice-form.tsx';
import type { SubjectProps } from '../task-page.tsx';
import { CaseEvidence } from './case-evidence.tsx';
import { DecisionCard, PolicyText, Sanctions, useDecision } from './parts.tsx';

/** The second person (invariant 9): the whole decision, the same evidence, yes or no in words. */
export function ApprovalTask({ task, onDecided }: SubjectProps): ReactNode {
  const { say } = useSay();
  return (
    <Loaded query={useDecision(task.subjectId)}>
      {(d) => (
        <div className="two">
          <div className="stack">
            <div className="pair">
              <DecisionCard decision={d} />
              <AccountGlance accountId={d.accountId} />
            </div>
            <PolicyText accountId={d.accountId} refs={d.clauses} />
            <CaseEvidence caseId={d.caseId} taskId={task.id} />
            <Sanctions accountId={d.accountId} />
            <Timeline accountId={d.accountId} />
          </div>
          <div className="side">
            <ChoiceForm
              task={task}
              onDecided={onDecided}
              choices={[
                { id: 'approve', key: 'a', label: say('approval.approve') },
                { id: 'decline', key: 'r', label: say('approval.decline') },
              ]}
              textLabel={say('approval.note')}
              textRequired
              hold={({ decision, text }) => ({
                command: 'decision.approve',
                body: { approved: decision === 'approve', note: text } satisfies Schemas['ApprovalDto'],
              })}
            />
          </div>
        </div>
      )}
    </Loaded>
  );
}
