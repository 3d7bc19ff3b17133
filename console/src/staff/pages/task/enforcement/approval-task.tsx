import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ask, type Schemas } from '../../../../api/client.ts';
import { periodName } from '../../../../i18n/times.ts';
import { api } from '../../../api.ts';
import { AccountGlance } from '../../../parts/account-glance.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { StandingChange, type StandingSeen } from '../../../parts/standing-change.tsx';
import { Timeline } from '../../../parts/timeline.tsx';
import { wordOf } from '../../../parts/word.ts';
import { useSay } from '../../../use-say.ts';
import { ChoiceForm } from '../choice-form.tsx';
import type { SubjectProps } from '../task-page.tsx';
import { CaseEvidence } from './case-evidence.tsx';
import { type Decision, DecisionCard, PolicyText, Sanctions, useDecision } from './parts.tsx';

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
            <Effect decision={d} />
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
