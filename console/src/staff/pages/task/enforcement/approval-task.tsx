import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ask } from '../../../../api/client.ts';
import { periodName } from '../../../../i18n/times.ts';
import { api } from '../../../api.ts';
import { AccountGlance } from '../../../parts/account-glance.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { StandingChange, type StandingSeen } from '../../../parts/standing-change.tsx';
import { Timeline } from '../../../parts/timeline.tsx';
import { wordOf } from '../../../parts/word.ts';
import { useSay } from '../../../use-say.ts';
import { ApprovalForm, Desk } from '../desk.tsx';
import type { SubjectProps } from '../task-page.tsx';
import { CaseEvidence } from './case-evidence.tsx';
import { DecisionCard } from './decision-card.tsx';
import { type Decision, PolicyText, Sanctions, useDecision } from './parts.tsx';

/** The second person (invariant 9): the whole decision, the same evidence, yes or no in words. */
export function ApprovalTask(props: SubjectProps): ReactNode {
  return (
    <Desk
      query={useDecision(props.task.subjectId)}
      shown={(d) => (
        <>
          <div className="pair">
            <DecisionCard decision={d} />
            <AccountGlance accountId={d.accountId} />
          </div>
          <Effect decision={d} />
          <PolicyText accountId={d.accountId} refs={d.clauses} />
          <CaseEvidence caseId={d.caseId} taskId={props.task.id} />
          <Sanctions accountId={d.accountId} />
          <Timeline accountId={d.accountId} />
        </>
      )}
      form={() => <ApprovalForm {...props} command="decision.approve" />}
    />
  );
}

/** The difference that a yes makes: before beside after, and beside what the ladder suggests (invariant 9). */
function Effect({ decision: d }: { readonly decision: Decision }): ReactNode {
  const { say, language } = useSay();
  const effect = useQuery({
    queryKey: ['decision-effect', d.id],
    queryFn: () => ask(api.GET('/v1/decisions/{id}/effect', { params: { path: { id: d.id } } })),
    enabled: d.state === 'awaiting_approval',
  });
  if (d.state !== 'awaiting_approval') return null;
  return (
    <section className="card" aria-label={say('approval.effect')}>
      <h2>{say('approval.effect')}</h2>
      <Loaded query={effect}>
        {({ before, after, suggestion, deviationReason }) => {
          const suggested = suggestion as { measure: string; period?: string | null } | null;
          return (
            <>
              <StandingChange
                accountId={d.accountId}
                before={before as unknown as StandingSeen}
                after={after as unknown as StandingSeen}
              />
              {suggested && (
                <p>
                  {say('approval.suggested')} {wordOf(say, 'measure', suggested.measure)}{' '}
                  {suggested.period && periodName(suggested.period, language)}
                </p>
              )}
              {deviationReason !== null && (
                <p className="quote">
                  {say('case.deviation')}: {deviationReason}
                </p>
              )}
            </>
          );
        }}
      </Loaded>
    </section>
  );
}
