import { useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import type { ReactNode } from 'react';
import { ask, type Schemas } from '../../../../api/client.ts';
import { atTime, periodName } from '../../../../i18n/times.ts';
import { useDraft } from '../../../../ui/drafts.ts';
import { useShortcuts } from '../../../../ui/shortcuts.tsx';
import { api } from '../../../api.ts';
import { Loaded } from '../../../parts/loaded.tsx';
import { Table } from '../../../parts/table.tsx';
import { wordOf } from '../../../parts/word.ts';
import { Key } from '../../../parts/key.tsx';
import type { Hold } from '../../../held/held.ts';
import { useSession } from '../../../session.tsx';
import { useSay } from '../../../use-say.ts';
import { DecisionFrame } from '../decision-frame.tsx';
import { PolicyText } from '../enforcement/parts.tsx';
import type { SubjectProps } from '../task-page.tsx';

type Held = Schemas['HeldRegistration'];

const useHeld = (id: string) =>
  useQuery({
    queryKey: ['held-registration', id],
    queryFn: () => ask(api.GET('/v1/registrations/{id}/review', { params: { path: { id } } })),
    refetchInterval: 15_000,
  });

/** A registration that the rules held (2.2): every rule that fired and what it saw; nothing in it names the person. */
export function RegistrationTask(props: SubjectProps): ReactNode {
  return <Loaded query={useHeld(props.task.subjectId)}>{(held) => <Attempt {...props} held={held} />}</Loaded>;
}

function Attempt({ task, onDecided, held }: SubjectProps & { readonly held: Held }): ReactNode {
  const { say, language } = useSay();
  return (
    <div className="two">
      <div className="stack">
        <section className="card" aria-label={say('held.title')}>
          <h2>{say('held.title')}</h2>
          <dl className="facts">
            <dt>{say('held.startedAt')}</dt>
            <dd>{atTime(held.startedAt, language)}</dd>
            <dt>{say('account.name')}</dt>
            <dd>{held.displayName ?? say('common.none')}</dd>
            <dt>{say('held.status')}</dt>
            <dd>{wordOf(say, 'registrationState', held.status)}</dd>
          </dl>
        </section>
        {held.decisions.map((d) => (
          <section className="card" key={d.stage + d.at} aria-label={say('held.rules')}>
            <div className="row spread">
              <h2>
                {say('held.rules')} · {wordOf(say, 'stage', d.stage)}
              </h2>
              <span className="muted">
                {wordOf(say, 'outcome', d.outcome)} · {d.policyVersion}
              </span>
            </div>
            {d.fired.length === 0 ? (
              <p className="muted">{say('held.noRule')}</p>
            ) : (
              <Table
                label={say('held.rules')}
                columns={[say('held.rule'), say('held.condition'), say('held.observed'), say('held.limit')]}
                rows={d.fired.map((f, at) => ({
                  key: `${f.rule}${at}`,
                  cells: [
                    <span key="rule">
                      {wordOf(say, 'rule', f.rule)}
                      {` · ${say('queue.clause', { clauses: f.clause })}`}
                    </span>,
                    wordOf(say, 'condition', f.condition),
                    f.observed ?? '–',
                    `${f.limit ?? '–'}${f.window ? ` / ${periodName(f.window, language)}` : ''}`,
                  ],
                }))}
              />
            )}
          </section>
        ))}
        <PolicyText refs={held.decisions.flatMap(({ fired }) => fired.map(({ clause }) => clause))} />
      </div>
      <div className="side">
        <DecisionForm task={task} onDecided={onDecided} held={held} />
      </div>
    </div>
  );
}

interface Words {
  readonly decision: 'approve' | 'refuse' | '';
  readonly reasonCode: string;
  readonly note: string;
}

const EMPTY: Words = { decision: '', reasonCode: '', note: '' };
const REASONS = {
  approve: ['identity_plausible', 'shared_network', 'false_alarm'],
  refuse: ['bulk_registration', 'identity_not_plausible', 'barred_person'],
} as const;

function DecisionForm({ task, onDecided, held }: SubjectProps & { readonly held: Held }): ReactNode {
  const { say } = useSay();
  const draft = useDraft<Words>(useSession().id, task.id, EMPTY);
  const { decision, reasonCode, note } = draft.value;
  const choose = (next: 'approve' | 'refuse'): void => draft.set({ decision: next, reasonCode: REASONS[next][0] });
  useShortcuts([
    { keys: 'a', label: say('held.approve'), run: () => choose('approve') },
    { keys: 'r', label: say('held.refuse'), run: () => choose('refuse') },
  ]);
  const hold = (): Hold => ({
    command: 'registration.decide',
    version: held.version,
    body: {
      decision: decision === 'refuse' ? 'refuse' : 'approve',
      reasonCode,
      ...(note.trim() === '' ? {} : { note: note.trim() }),
    } satisfies Schemas['DecideRegistration'],
  });
  return (
    <DecisionFrame
      task={task}
      draft={draft}
      text={note}
      complete={decision !== '' && reasonCode !== ''}
      hold={hold}
      onDecided={onDecided}
    >
      <fieldset className="choices">
        <legend className="visually-hidden">{say('decision.what')}</legend>
        {(['approve', 'refuse'] as const).map((each) => (
          <label key={each}>
            <input type="radio" name="decision" checked={decision === each} onChange={() => choose(each)} />
            {say(`held.${each}`)} <Key of={each === 'approve' ? 'a' : 'r'} />
          </label>
        ))}
      </fieldset>
      {decision !== '' && (
        <div className="field">
          <label htmlFor="field-reasonCode">{say('decision.reason')}</label>
          <select
            id="field-reasonCode"
            value={reasonCode}
            onChange={(event) => draft.set({ reasonCode: event.target.value })}
          >
            {REASONS[decision].map((code) => (
              <option key={code} value={code}>
                {wordOf(say, 'reason', code)}
              </option>
            ))}
          </select>
        </div>
      )}
      <div className="field">
        <label htmlFor="field-note">{say('decision.note')}</label>
        <Input.TextArea
          id="field-note"
          rows={4}
          maxLength={2000}
          value={note}
          onChange={(event) => draft.set({ note: event.target.value })}
        />
      </div>
    </DecisionFrame>
  );
}
