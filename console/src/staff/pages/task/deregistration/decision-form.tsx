import { useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import { useEffect, useRef, type ReactNode } from 'react';
import { ask, type Schemas } from '../../../../api/client.ts';
import { useDraft } from '../../../../ui/drafts.ts';
import { useShortcuts } from '../../../../ui/shortcuts.tsx';
import { api } from '../../../api.ts';
import type { Hold } from '../../../held/held.ts';
import { Key } from '../../../parts/key.tsx';
import { wordOf } from '../../../parts/word.ts';
import { useSession } from '../../../session.tsx';
import { useSay } from '../../../use-say.ts';
import { DecisionFrame } from '../decision-frame.tsx';
import type { SubjectProps } from '../task-page.tsx';
import type { Deregistration } from './deregistration-task.tsx';
import { PersonReads } from './person-reads.tsx';

type Body = Schemas['DeregistrationDecisionDto'];

const useReasons = () =>
  useQuery({
    queryKey: ['rejection-reasons'],
    queryFn: () => ask(api.GET('/v1/deregistrations/rejection-reasons')),
    staleTime: Infinity,
  });

interface Words {
  readonly decision: Body['decision'] | '';
  readonly reasonCode: string;
  readonly note: string;
  /** The plan that these words were written about. */
  readonly planHash: string;
}

const EMPTY: Words = { decision: '', reasonCode: '', note: '', planHash: '' };
const APPROVALS = ['conditions_met', 'legal_duty', 'guardian_request', 'relatives_request'] as const;

/** Yes or no to exactly the plan that was seen, on a ground of the catalogue. */
export function DecisionForm({
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
