import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ask, type Schemas } from '../../../../api/client.ts';
import { atTime } from '../../../../i18n/times.ts';
import { api } from '../../../api.ts';
import { AccountGlance } from '../../../parts/account-glance.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { Timeline } from '../../../parts/timeline.tsx';
import { wordOf } from '../../../parts/word.ts';
import { useSay } from '../../../use-say.ts';
import type { SubjectProps } from '../task-page.tsx';
import { Sanctions } from '../enforcement/parts.tsx';
import { DecisionForm } from './decision-form.tsx';
import { PlanCard } from './plan.tsx';

export type Deregistration = Schemas['DeregistrationDto'];

export const useDeregistration = (id: string) =>
  useQuery({
    queryKey: ['deregistration', id],
    queryFn: () => ask(api.GET('/v1/deregistrations/{id}', { params: { path: { id } } })),
    refetchInterval: 15_000,
  });

/** An application to leave (2.5): the plan on the left, the decision about exactly that plan on the right. */
export function DeregistrationTask(props: SubjectProps): ReactNode {
  const query = useDeregistration(props.task.subjectId);
  return <Loaded query={query}>{(d) => <Application {...props} application={d} />}</Loaded>;
}

function Application({
  task,
  onDecided,
  application: d,
}: SubjectProps & { readonly application: Deregistration }): ReactNode {
  const { say, language } = useSay();
  return (
    <div className="two">
      <div className="stack">
        <div className="pair">
          <section className="card" aria-label={say('dereg.title')}>
            <h2>{say('dereg.title')}</h2>
            <dl className="facts">
              <dt>{say('dereg.state')}</dt>
              <dd>{wordOf(say, 'deregState', d.state)}</dd>
              <dt>{say('dereg.requestedAt')}</dt>
              <dd>
                {atTime(d.requestedAt, language)} · {wordOf(say, 'actor', d.requestedBy)}
              </dd>
              {d.ground !== null && (
                <>
                  <dt>{say('dereg.ground')}</dt>
                  <dd>{wordOf(say, 'ground', d.ground)}</dd>
                </>
              )}
              <dt>{say('dereg.before')}</dt>
              <dd>{wordOf(say, 'accountState', d.accountStateBefore)}</dd>
              <dt>{say('dereg.reason')}</dt>
              <dd>{d.reason ?? <span className="muted">{say('dereg.noReason')}</span>}</dd>
              {d.agreed.length > 0 && (
                <>
                  <dt>{say('dereg.agreed')}</dt>
                  <dd>
                    {d.agreed.map((each) => (
                      <div key={each.recordClass}>
                        {inLanguage(each.title, language) || each.recordClass} · {each.period} ·{' '}
                        {atTime(each.agreedAt, language)}
                      </div>
                    ))}
                  </dd>
                </>
              )}
              <AutomaticFacts automatic={d.automatic as Automatic | null} />
              {d.decidedAt && (
                <>
                  <dt>{say('dereg.decided')}</dt>
                  <dd>
                    {decider(d)} · {wordOf(say, 'reason', d.decisionReasonCode ?? '')} · {atTime(d.decidedAt, language)}
                  </dd>
                </>
              )}
            </dl>
          </section>
          <AccountGlance accountId={d.accountId} />
        </div>
        <PlanCard plan={d.plan} />
        <Sanctions accountId={d.accountId} />
        <Timeline accountId={d.accountId} />
      </div>
      <div className="side">
        <DecisionForm task={task} onDecided={onDecided} application={d} />
      </div>
    </div>
  );
}

interface Automatic {
  readonly sampled: boolean;
  readonly conditions: readonly { readonly condition: string; readonly met: boolean }[];
}

const inLanguage = (texts: Schemas['TextsDto'] | null, language: string): string =>
  texts === null ? '' : language === 'en' ? texts.en : texts.zh;

/** What the policy of automatic approval found, also where it left the decision to a person. */
function AutomaticFacts({ automatic }: { readonly automatic: Automatic | null }): ReactNode {
  const { say } = useSay();
  if (automatic === null || automatic.conditions.length === 0) return null;
  return (
    <>
      <dt>{say('dereg.automatic')}</dt>
      <dd>
        {automatic.conditions.map(({ condition, met }) => (
          <div key={condition}>
            {wordOf(say, 'condition', condition)}: {say(met ? 'dereg.met' : 'dereg.notMet')}
          </div>
        ))}
        {automatic.sampled && <div>{say('dereg.sampled')}</div>}
      </dd>
    </>
  );
}

const decider = (d: Deregistration): string => {
  const id: unknown = (d.decidedBy as Record<string, unknown> | null)?.['id'];
  return typeof id === 'string' ? id : '';
};
