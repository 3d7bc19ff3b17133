import { useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { ask, type Schemas } from '../../../../api/client.ts';
import { useDraft } from '../../../../ui/drafts.ts';
import { useShortcuts } from '../../../../ui/shortcuts.tsx';
import { api } from '../../../api.ts';
import { ProblemNote } from '../../../parts/problem-note.tsx';
import { wordOf } from '../../../parts/word.ts';
import { Key } from '../../../parts/key.tsx';
import type { Hold } from '../../../held/held.ts';
import { useSession } from '../../../session.tsx';
import { useSay } from '../../../use-say.ts';
import { DecisionFrame } from '../decision-frame.tsx';
import type { SubjectProps } from '../task-page.tsx';
import { type Case, NoticeShown, useViolations } from './parts.tsx';

type Body = Schemas['NewDecisionDto'];
type Action = Body['actions'][number];
type Measure = Action['type'];
type Preview = Schemas['DecisionPreviewDto'];

const MEASURES: readonly Measure[] = [
  'warning',
  'rectification',
  'feature_restriction',
  'suspension',
  'closure',
  'reregistration_ban',
  'content_removal',
];
const PERIODS = ['P1D', 'P3D', 'P7D', 'P15D', 'P30D', 'P90D'] as const;
const WITH_PERIOD: readonly Measure[] = ['feature_restriction', 'suspension', 'rectification', 'reregistration_ban'];

interface Words {
  readonly outcome: '' | 'violation' | 'dismiss';
  readonly measure: Measure;
  readonly period: string;
  readonly features: readonly string[];
  readonly instructions: string;
  readonly facts: string;
  readonly explanation: string;
  readonly deviationReason: string;
  readonly dismissal: string;
}

const EMPTY: Words = {
  outcome: '',
  measure: 'warning',
  period: '',
  features: [],
  instructions: '',
  facts: '',
  explanation: '',
  deviationReason: '',
  dismissal: '',
};

/** One command with everything in it: the clause, the measure, the statement of reasons. */
function bodyOf(words: Words, found: Case): Body {
  const action: Action = {
    type: words.measure,
    ...(WITH_PERIOD.includes(words.measure) && words.period !== '' ? { duration: words.period } : {}),
    ...(words.measure === 'feature_restriction' ? { features: [...words.features] } : {}),
    ...(words.measure === 'rectification' ? { instructions: words.instructions } : {}),
    ...(words.measure === 'content_removal' ? { contents: contentsOf(found) } : {}),
  };
  return {
    clauses: found.clauses,
    actions: [action],
    // A preview is asked for before everything is written; the decision itself is not sent without words.
    statementOfReasons: { facts: words.facts.trim() || '…', explanation: words.explanation.trim() || '…' },
    ...(words.deviationReason.trim() === '' ? {} : { deviationReason: words.deviationReason.trim() }),
  };
}

type Content = NonNullable<Action['contents']>[number];
const contentsOf = (found: Case): Content[] =>
  ((found.reports['items'] ?? []) as { content?: { contents?: Content[] } }[]).flatMap(
    (r) => r.content?.contents ?? [],
  );

/** The server says what a decision would be: its suggestion, whether a second person is needed, what is wrong with it. */
function usePreview(found: Case, words: Words) {
  const [asked, setAsked] = useState(words);
  const text = JSON.stringify(words);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(words), 500);
    return () => clearTimeout(timer);
  }, [text]);
  const body = bodyOf(asked, found);
  return useQuery({
    queryKey: ['decision-preview', found.id, found.version, body],
    queryFn: () => ask(api.POST('/v1/cases/{id}/decision-previews', { params: { path: { id: found.id } }, body })),
    enabled: words.outcome === 'violation',
    placeholderData: (before) => before,
    retry: false,
  });
}

export function CaseForm({ task, onDecided, found }: SubjectProps & { readonly found: Case }): ReactNode {
  const { say } = useSay();
  const draft = useDraft<Words>(useSession().id, task.id, EMPTY);
  const words = draft.value;
  const set = (change: Partial<Words>): void => draft.set(change);
  const preview = usePreview(found, words);
  const suggestion = preview.data?.suggestion as { measure?: Measure; period?: string | null } | null | undefined;
  const follow = (): void => {
    if (suggestion?.measure) set({ measure: suggestion.measure, period: suggestion.period ?? '' });
  };
  useShortcuts([
    { keys: 'v', label: say('case.violation'), run: () => set({ outcome: 'violation' }) },
    { keys: 'd', label: say('case.dismiss'), run: () => set({ outcome: 'dismiss' }) },
    { keys: 's', label: say('case.follow'), run: follow },
  ]);
  const hold = (): Hold =>
    words.outcome === 'dismiss'
      ? {
          command: 'case.dismiss',
          version: found.version,
          body: { reason: words.dismissal.trim() } satisfies Schemas['ReasonDto'],
        }
      : { command: 'case.decide', body: bodyOf(words, found) };
  const problems = (preview.data?.problems['items'] ?? []) as readonly { path: string; message: string }[];
  const deviates = preview.data?.deviates === true;
  const complete =
    words.outcome === 'dismiss'
      ? words.dismissal.trim() !== ''
      : words.outcome === 'violation' &&
        words.facts.trim() !== '' &&
        words.explanation.trim() !== '' &&
        (!deviates || words.deviationReason.trim() !== '');
  const text = [words.facts, words.explanation, words.deviationReason, words.dismissal].filter(Boolean).join('\n\n');
  return (
    <DecisionFrame task={task} draft={draft} text={text} complete={complete} hold={hold} onDecided={onDecided}>
      <fieldset className="choices">
        <legend>{say('decision.what')}</legend>
        {(['violation', 'dismiss'] as const).map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="outcome"
              checked={words.outcome === each}
              onChange={() => set({ outcome: each })}
            />
            {say(`case.${each}`)} <Key of={each === 'violation' ? 'v' : 'd'} />
          </label>
        ))}
      </fieldset>
      {words.outcome === 'dismiss' && (
        <Area
          id="dismissal"
          label={say('case.dismissReason')}
          value={words.dismissal}
          set={(dismissal) => set({ dismissal })}
        />
      )}
      {words.outcome === 'violation' && (
        <>
          {suggestion?.measure && (
            <p className="note">
              <span>
                {say('case.suggestion')} <strong>{wordOf(say, 'measure', suggestion.measure)}</strong>{' '}
                {suggestion.period && wordOf(say, 'period', suggestion.period)}
              </span>
              <button type="button" className="link" onClick={follow}>
                {say('case.follow')} <Key of="s" />
              </button>
            </p>
          )}
          <MeasureFields words={words} set={set} accountId={found.accountId} />
          <Area id="facts" label={say('statement.facts')} value={words.facts} set={(facts) => set({ facts })} />
          <Area
            id="explanation"
            label={say('statement.explanation')}
            value={words.explanation}
            set={(explanation) => set({ explanation })}
          />
          {deviates && (
            <Area
              id="deviationReason"
              label={say('case.deviation')}
              value={words.deviationReason}
              set={(deviationReason) => set({ deviationReason })}
            />
          )}
          <ProblemNote error={preview.error} />
          {preview.data && <Consequences preview={preview.data} problems={problems} words={words} />}
        </>
      )}
    </DecisionFrame>
  );
}

interface FieldsProps {
  readonly words: Words;
  readonly set: (change: Partial<Words>) => void;
  readonly accountId: string;
}

function MeasureFields({ words, set, accountId }: FieldsProps): ReactNode {
  const { say, language } = useSay();
  const features = useViolations(accountId).data?.features ?? [];
  return (
    <>
      <div className="field">
        <label htmlFor="field-measure">{say('case.measure')}</label>
        <select
          id="field-measure"
          value={words.measure}
          onChange={(event) => set({ measure: event.target.value as Measure })}
        >
          {MEASURES.map((each) => (
            <option key={each} value={each}>
              {wordOf(say, 'measure', each)}
            </option>
          ))}
        </select>
      </div>
      {WITH_PERIOD.includes(words.measure) && (
        <div className="field">
          <label htmlFor="field-period">{say('case.period')}</label>
          <select id="field-period" value={words.period} onChange={(event) => set({ period: event.target.value })}>
            <option value="">{say('standing.open')}</option>
            {PERIODS.map((each) => (
              <option key={each} value={each}>
                {wordOf(say, 'period', each)}
              </option>
            ))}
          </select>
        </div>
      )}
      {words.measure === 'feature_restriction' && (
        <fieldset className="choices">
          <legend>{say('case.features')}</legend>
          {features.map((f) => (
            <label key={f.name}>
              <input
                type="checkbox"
                checked={words.features.includes(f.name)}
                onChange={(event) =>
                  set({
                    features: event.target.checked
                      ? [...words.features, f.name]
                      : words.features.filter((name) => name !== f.name),
                  })
                }
              />
              {f[language === 'en' ? 'en' : 'zh']}
            </label>
          ))}
        </fieldset>
      )}
      {words.measure === 'rectification' && (
        <Area
          id="instructions"
          label={say('case.instructions')}
          value={words.instructions}
          set={(instructions) => set({ instructions })}
        />
      )}
    </>
  );
}

interface AreaProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly set: (text: string) => void;
}

function Area({ id, label, value, set }: AreaProps): ReactNode {
  return (
    <div className="field">
      <label htmlFor={`field-${id}`}>{label}</label>
      <Input.TextArea
        id={`field-${id}`}
        rows={3}
        maxLength={5000}
        value={value}
        onChange={(event) => set(event.target.value)}
      />
    </div>
  );
}

interface ConsequencesProps {
  readonly preview: Preview;
  readonly problems: readonly { readonly path: string; readonly message: string }[];
  readonly words: Words;
}

/** What follows, said by the server; and the words as the person will read them. */
function Consequences({ preview, problems, words }: ConsequencesProps): ReactNode {
  const { say } = useSay();
  return (
    <div className="stack" data-testid="preview">
      {problems.length > 0 && (
        <div className="note bad">
          <ul className="tight">
            {problems.map((p) => (
              <li key={p.path + p.message}>{p.message}</li>
            ))}
          </ul>
        </div>
      )}
      {preview.fourEyes.length > 0 && (
        <p className="note warn">
          {say('case.fourEyes', { why: preview.fourEyes.map((r) => wordOf(say, 'fourEyes', r)).join('、') })}
        </p>
      )}
      {(words.facts || words.explanation) && <NoticeShown notice={preview.notice} />}
    </div>
  );
}
