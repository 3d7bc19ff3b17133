import { Input } from 'antd';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../../api/client.ts';
import { periodName } from '../../../../i18n/times.ts';
import { wordOf } from '../../../parts/word.ts';
import { instantOf } from '../../../parts/form-fields.tsx';
import { useSay } from '../../enforcement/texts.ts';
import { useViolations } from '../../../parts/violations.tsx';
import { type NoticeWords, noticeOf, TOLD } from './notice-fields.tsx';
import type { Case } from './parts.tsx';
import { BanTerm } from './term-fields.tsx';

export type Body = Schemas['NewDecisionDto'];
type Action = Body['actions'][number];
type Measure = Action['type'];
type Content = NonNullable<Action['contents']>[number];
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
const WITH_PERIOD: readonly Measure[] = ['feature_restriction', 'suspension', 'rectification'];
const WITH_BAN: readonly Measure[] = ['closure', 'reregistration_ban'];

/** What a moderator writes about a case: the words of a draft. */
export interface Words extends NoticeWords {
  readonly outcome: '' | 'violation' | 'dismiss';
  readonly measure: Measure;
  readonly period: string;
  readonly features: readonly string[];
  readonly instructions: string;
  /** The reported content goes as well, whatever the measure. */
  readonly remove: boolean;
  /** The outcome is made public, without a name, in the words of the template (7.1). */
  readonly announce: boolean;
  readonly facts: string;
  readonly explanation: string;
  readonly deviationReason: string;
  /** Asked for where a measure has no end, and where somebody with strikes is suspended again. */
  readonly openEndedReason: string;
  readonly proportionality: string;
  /** How long nobody registers again with what the account had; empty: with a closure, not barred. */
  readonly banTerm: string;
  /** When it is looked at again; as the field has it. */
  readonly reviewAt: string;
  readonly dismissal: string;
}

export const EMPTY: Words = {
  outcome: '',
  measure: 'warning',
  period: '',
  features: [],
  instructions: '',
  remove: false,
  announce: false,
  facts: '',
  explanation: '',
  deviationReason: '',
  openEndedReason: '',
  proportionality: '',
  banTerm: '',
  reviewAt: '',
  ...TOLD,
  dismissal: '',
};

/** What a decision is about: one case, or what many accounts have in common. */
export interface Matter {
  /** Whose agreement binds; the newest one where it is about many. */
  readonly accountId?: string;
  readonly clauses: readonly string[];
  /** What was reported and can be removed. */
  readonly contents: readonly Content[];
}

export const matterOf = (found: Case): Matter => ({
  accountId: found.accountId,
  clauses: found.clauses,
  contents: ((found.reports['items'] ?? []) as { content?: { contents?: Content[] } }[]).flatMap(
    (r) => r.content?.contents ?? [],
  ),
});

/** One command with everything in it: the clause, the measure, the statement of reasons. */
export function bodyOf(words: Words, matter: Matter): Body {
  const contents = [...matter.contents];
  const reviewed = words.reviewAt === '' ? {} : { reviewAt: instantOf(words.reviewAt) };
  const banned = words.banTerm === '' ? {} : { duration: words.banTerm };
  const action: Action = {
    type: words.measure,
    ...(words.measure === 'closure' ? {} : reviewed),
    ...(words.measure === 'reregistration_ban' ? banned : {}),
    ...(WITH_PERIOD.includes(words.measure) && words.period !== '' ? { duration: words.period } : {}),
    ...(words.openEndedReason.trim() === '' ? {} : { openEndedReason: words.openEndedReason.trim() }),
    ...(words.measure === 'feature_restriction' ? { features: [...words.features] } : {}),
    ...(words.measure === 'rectification' ? { instructions: words.instructions } : {}),
    ...(words.measure === 'content_removal' ? { contents } : {}),
  };
  const ban: Action = { type: 'reregistration_ban', ...banned, ...reviewed };
  const removal: Action = { type: 'content_removal', contents };
  return {
    clauses: [...matter.clauses],
    actions: [
      action,
      ...(words.measure === 'closure' && words.banTerm !== '' ? [ban] : []),
      ...(words.remove && words.measure !== 'content_removal' ? [removal] : []),
    ],
    ...noticeOf(words),
    // A preview is asked for before everything is written; the decision itself is not sent without words.
    statementOfReasons: {
      facts: words.facts.trim() || '…',
      explanation: words.explanation.trim() || '…',
      ...(words.proportionality.trim() === '' ? {} : { proportionality: words.proportionality.trim() }),
    },
    ...(words.deviationReason.trim() === '' ? {} : { deviationReason: words.deviationReason.trim() }),
    ...(words.announce ? { announce: {} } : {}),
  };
}

/** The clause as the agreement has it, put below what is written already: most explanations begin with it. */
export function ClauseWords({ matter, words, set }: FieldsProps): ReactNode {
  const { say } = useSay();
  const clauses = useViolations(matter.accountId).data?.clauses.filter(({ ref }) => matter.clauses.includes(ref)) ?? [];
  if (clauses.length === 0) return null;
  const text = clauses.map((c) => say('case.clauseWords', { ref: c.ref, text: c.text.trim() })).join('\n');
  return (
    <button
      type="button"
      className="link"
      onClick={() => set({ explanation: [words.explanation.trim(), text].filter(Boolean).join('\n') })}
    >
      {say('case.useClause')}
    </button>
  );
}

interface FieldsProps {
  readonly words: Words;
  readonly set: (change: Partial<Words>) => void;
  readonly matter: Matter;
}

interface MeasureProps extends FieldsProps {
  /** The graded term of a ban. */
  readonly banTerm?: string | undefined;
}

export function MeasureFields({ words, set, matter, banTerm }: MeasureProps): ReactNode {
  const { say, language } = useSay();
  const features = useViolations(matter.accountId).data?.features ?? [];
  const contents = matter.contents.length;
  // What has no content of its own to name removes none.
  const measures = MEASURES.filter((each) => each !== 'content_removal' || matter.accountId !== undefined);
  return (
    <>
      <div className="field">
        <label htmlFor="field-measure">{say('case.measure')}</label>
        <select
          id="field-measure"
          value={words.measure}
          onChange={(event) => set({ measure: event.target.value as Measure })}
        >
          {measures.map((each) => (
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
                {periodName(each, language)}
              </option>
            ))}
          </select>
        </div>
      )}
      {WITH_BAN.includes(words.measure) && (
        <BanTerm
          value={words.banTerm}
          set={(term) => set({ banTerm: term })}
          suggested={banTerm}
          optional={words.measure === 'closure'}
        />
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
      {contents > 0 && words.measure !== 'content_removal' && (
        <label className="tick">
          <input type="checkbox" checked={words.remove} onChange={(event) => set({ remove: event.target.checked })} />
          {say('case.alsoRemove', { n: contents })}
        </label>
      )}
      <label className="tick">
        <input type="checkbox" checked={words.announce} onChange={(event) => set({ announce: event.target.checked })} />
        {say('case.announce')}
      </label>
    </>
  );
}

interface AreaProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly set: (text: string) => void;
  readonly children?: ReactNode;
}

export function Area({ id, label, value, set, children }: AreaProps): ReactNode {
  return (
    <div className="field">
      <div className="row spread">
        <label htmlFor={`field-${id}`}>{label}</label>
        {children}
      </div>
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
