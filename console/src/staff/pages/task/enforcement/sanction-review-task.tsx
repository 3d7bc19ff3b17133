import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ask, type Schemas } from '../../../../api/client.ts';
import { atTime } from '../../../../i18n/times.ts';
import { api } from '../../../api.ts';
import { AccountGlance } from '../../../parts/account-glance.tsx';
import { instantOf } from '../../../parts/form-fields.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { Timeline } from '../../../parts/timeline.tsx';
import { wordOf } from '../../../parts/word.ts';
import { useSay } from '../../enforcement/texts.ts';
import { ChoiceForm, type Chosen } from '../choice-form.tsx';
import type { SubjectProps } from '../task-page.tsx';
import { CaseEvidence } from './case-evidence.tsx';
import { DecisionCard } from './decision-card.tsx';
import { PolicyText, type Sanction, Sanctions, useDecision } from './parts.tsx';
import { told, ToldWords } from './told-words.tsx';

type Outcome = Schemas['SanctionReviewDto']['outcome'];

/** A measure that has no end is looked at again on its date (ENF-4, ENF-6): why it was imposed, what there is now, and whether it stays. */
export function SanctionReviewTask(props: SubjectProps): ReactNode {
  const id = props.task.subjectId;
  const sanction = useQuery({
    queryKey: ['sanction', id],
    queryFn: () => ask(api.GET('/v1/sanctions/{id}', { params: { path: { id } } })),
  });
  return <Loaded query={sanction}>{(s) => <OneMeasure {...props} sanction={s} />}</Loaded>;
}

function OneMeasure({ sanction: s, task, onDecided }: SubjectProps & { readonly sanction: Sanction }): ReactNode {
  const { say, language } = useSay();
  return (
    <Loaded query={useDecision(s.decisionId)}>
      {(decision) => (
        <div className="two">
          <div className="stack">
            <div className="pair">
              <section className="card" aria-label={say('sanctionReview.title')}>
                <h2>
                  {wordOf(say, 'measure', s.type)} <span className="chip">{wordOf(say, 'sanctionState', s.state)}</span>
                </h2>
                <p>
                  {atTime(s.startsAt, language)} – {s.endsAt ? atTime(s.endsAt, language) : say('standing.open')}
                </p>
                <p className="muted">{say('sanctionReview.promised')}</p>
              </section>
              <AccountGlance accountId={s.accountId} />
            </div>
            <DecisionCard decision={decision} />
            <PolicyText accountId={s.accountId} refs={decision.clauses} />
            <CaseEvidence caseId={s.caseId} taskId={task.id} />
            <Sanctions accountId={s.accountId} />
            <Timeline accountId={s.accountId} />
          </div>
          <div className="side">
            <ChoiceForm
              task={task}
              onDecided={onDecided}
              choices={[
                { id: 'lifted', key: 'a', label: say('sanctionReview.lift') },
                { id: 'ends', key: 'b', label: say('sanctionReview.end'), dateLabel: say('sanctions.newEnd') },
                { id: 'kept', key: 'm', label: say('sanctionReview.keep'), dateLabel: say('case.reviewAt') },
              ]}
              textLabel={say('sanctionReview.reason')}
              textRequired
              more={(chosen, set) => (
                <ToldWords
                  sanction={s}
                  change={wantedOf(chosen)}
                  explanation={chosen.told}
                  set={(next) => set({ told: next })}
                />
              )}
              hold={({ decision: outcome, text, told: explanation, date }) => ({
                command: 'sanction.review',
                body: {
                  outcome,
                  reason: text,
                  ...told(explanation),
                  ...(outcome === 'kept' ? { reviewAt: instantOf(date) } : {}),
                  ...(outcome === 'ends' ? { endsAt: instantOf(date) } : {}),
                } satisfies Schemas['SanctionReviewDto'],
              })}
            />
          </div>
        </div>
      )}
    </Loaded>
  );
}

/** Undefined while its date is missing. */
function wantedOf({ decision, date }: Chosen<Outcome>): Parameters<typeof ToldWords>[0]['change'] {
  if (decision === 'lifted') return { outcome: 'lifted' };
  if (date === '') return undefined;
  return decision === 'kept'
    ? { outcome: 'kept', reviewAt: instantOf(date) }
    : { outcome: 'changed', endsAt: instantOf(date) };
}
