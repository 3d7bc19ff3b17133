import { useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import { useEffect, useRef, type ReactNode } from 'react';
import { ask, type Schemas } from '../../../../api/client.ts';
import { atTime } from '../../../../i18n/times.ts';
import { useDraft } from '../../../../ui/drafts.ts';
import { useShortcuts } from '../../../../ui/shortcuts.tsx';
import { api } from '../../../api.ts';
import { AccountGlance } from '../../../parts/account-glance.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { Timeline } from '../../../parts/timeline.tsx';
import { wordOf } from '../../../parts/word.ts';
import { Key } from '../../../parts/key.tsx';
import type { Hold } from '../../../held/held.ts';
import { useSession } from '../../../session.tsx';
import { useSay } from '../../../use-say.ts';
import { DecisionFrame } from '../decision-frame.tsx';
import type { SubjectProps } from '../task-page.tsx';
import { Sanctions } from '../enforcement/parts.tsx';
import { PlanCard } from './plan.tsx';

type Deregistration = Schemas['DeregistrationDto'];
type Body = Schemas['DeregistrationDecisionDto'];

export const useDeregistration = (id: string) =>
  useQuery({
    queryKey: ['deregistration', id],
    queryFn: () => ask(api.GET('/v1/deregistrations/{id}', { params: { path: { id } } })),
    refetchInterval: 15_000,
  });

const useReasons = () =>
  useQuery({
    queryKey: ['rejection-reasons'],
    queryFn: () => ask(api.GET('/v1/deregistrations/rejection-reasons')),
    staleTime: Infinity,
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

interface Words {
  readonly decision: Body['decision'] | '';
  readonly reasonCode: string;
  readonly note: string;
  /** The plan that these words were written about. */
  readonly planHash: string;
}

const EMPTY: Words = { decision: '', reasonCode: '', note: '', planHash: '' };
const APPROVALS = ['conditions_met', 'legal_duty', 'guardian_request', 'relatives_request'] as const;

function DecisionForm({
  task,
  onDecided,
  application: d,
}: SubjectProps & { readonly application: Deregistration }): ReactNode {
  const { say } = useSay();
  const me = useSession().id;
  const reasons = useReasons();
  const draft = useDraft<Words>(me, task.id, EMPTY);
  const { decision, reasonCode, note, planHash } = draft.value;
  const changed = planHash !== '' && planHash !== d.plan.planHash;
  const noteRef = useRef<HTMLTextAreaElement>(null);
  const choose = (next: Body['decision']): void =>
    draft.set({
      decision: next,
      reasonCode: next === 'approve' ? 'conditions_met' : '',
      planHash: planHash === '' ? d.plan.planHash : planHash,
    });
  useShortcuts([
    { keys: 'a', label: say('decision.approve'), run: () => choose('approve') },
    { keys: 'r', label: say('decision.reject'), run: () => choose('reject') },
    { keys: 'm', label: say('decision.toNote'), run: () => noteRef.current?.focus() },
  ]);
  const hold = (): Hold => ({
    command: 'deregistration.decide',
    version: d.version,
    body: {
      decision: decision as Body['decision'],
      reasonCode: reasonCode as Body['reasonCode'],
      planHash,
      ...(note.trim() === '' ? {} : { note: note.trim() }),
    } satisfies Body,
  });
  return (
    <DecisionFrame
      task={task}
      draft={draft}
      text={note}
      complete={decision !== '' && reasonCode !== '' && !changed}
      hold={hold}
      onDecided={onDecided}
    >
      {changed && (
        <div className="note warn" data-testid="plan-changed">
          <p>{say('plan.changed')}</p>
          <p>
            <button type="button" className="link" onClick={() => draft.set({ planHash: d.plan.planHash })}>
              {say('plan.sawNew')}
            </button>
          </p>
        </div>
      )}
      <fieldset className="choices">
        <legend className="visually-hidden">{say('decision.what')}</legend>
        {(['approve', 'reject'] as const).map((each) => (
          <label key={each}>
            <input type="radio" name="decision" checked={decision === each} onChange={() => choose(each)} />
            {say(`decision.${each}`)} <Key of={each === 'approve' ? 'a' : 'r'} />
          </label>
        ))}
      </fieldset>
      {decision !== '' && (
        <div className="field">
          <label htmlFor="field-reasonCode">{say('decision.reason')}</label>
          <ReasonSelect
            value={reasonCode}
            focus={decision === 'reject' && reasonCode === ''}
            onChange={(next) => draft.set({ reasonCode: next })}
            options={
              decision === 'approve'
                ? APPROVALS.map((code) => ({ code, label: wordOf(say, 'reason', code) }))
                : (reasons.data?.items ?? []).map(({ code }) => ({ code, label: wordOf(say, 'reason', code) }))
            }
          />
        </div>
      )}
      <div className="field">
        <label htmlFor="field-note">{say('decision.note')}</label>
        <Input.TextArea
          id="field-note"
          ref={(found) => {
            noteRef.current = found?.resizableTextArea?.textArea ?? null;
          }}
          rows={4}
          maxLength={2000}
          value={note}
          onChange={(event) => draft.set({ note: event.target.value })}
        />
      </div>
      {decision === 'reject' && reasonCode !== '' && (
        <PersonReads id={d.id} reasonCode={reasonCode as Body['reasonCode']} />
      )}
    </DecisionFrame>
  );
}

interface ReasonSelectProps {
  readonly value: string;
  readonly focus: boolean;
  readonly options: readonly { readonly code: string; readonly label: string }[];
  readonly onChange: (code: string) => void;
}

function ReasonSelect({ value, focus, options, onChange }: ReasonSelectProps): ReactNode {
  const { say } = useSay();
  const ref = useRef<HTMLSelectElement>(null);
  useEffect(() => {
    if (focus) ref.current?.focus();
  }, [focus]);
  return (
    <select id="field-reasonCode" required ref={ref} value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{say('decision.chooseReason')}</option>
      {options.map(({ code, label }) => (
        <option key={code} value={code}>
          {label}
        </option>
      ))}
    </select>
  );
}

/** Exactly what they are sent and read, made by what sends and shows it (C7). */
function PersonReads({ id, reasonCode }: { readonly id: string; readonly reasonCode: Body['reasonCode'] }): ReactNode {
  const { say } = useSay();
  const query = useQuery({
    queryKey: ['deregistration-preview', id, reasonCode],
    queryFn: () =>
      ask(
        api.POST('/v1/deregistrations/{id}/decision-previews', {
          params: { path: { id } },
          body: { decision: 'reject', reasonCode },
        }),
      ),
  });
  return (
    <Loaded query={query}>
      {({ notice, page }) => {
        const language = notice?.language === 'en' ? 'en' : 'zh';
        return (
          <div className="preview" data-testid="preview">
            <p className="muted">{say('decision.personReads')}</p>
            <p lang={language === 'en' ? 'en' : 'zh-CN'}>
              {page.reason?.[language]} {page.nextStep?.[language]}
            </p>
            <p className="muted">
              {notice === null
                ? say('preview.noNumber')
                : say('preview.sent', { to: notice.to, template: notice.template })}
            </p>
          </div>
        );
      }}
    </Loaded>
  );
}
