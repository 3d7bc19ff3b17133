import { Input } from 'antd';
import type { ReactNode } from 'react';
import { useShortcuts } from '../../../../ui/shortcuts.tsx';
import { Key } from '../../../parts/key.tsx';
import { useViolations } from '../../../parts/violations.tsx';
import { wordOf } from '../../../parts/word.ts';
import { useSay } from '../../enforcement/texts.ts';
import { ofMeasure, type ProblemFound, Problems } from './decision-problems.tsx';
import { chosenIn, type Matter, MEASURES, tell, toggle, toldOf, type Words } from './measure-words.ts';
import { OneMeasure } from './one-measure.tsx';

interface FieldsProps {
  readonly words: Words;
  readonly set: (change: Partial<Words>) => void;
  readonly matter: Matter;
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

interface MeasureProps extends FieldsProps {
  /** The graded term of a ban. */
  readonly banTerm?: string | undefined;
  /** What the service says is wrong; absent where it is not asked while somebody writes. */
  readonly problems?: readonly ProblemFound[];
  /** What a measure tells the person is written in the letter to them, and not here. */
  readonly inLetter?: boolean;
}

/** One decision takes up to seven measures (7.1): each has a key, fields of its own, and what contradicts it beneath. */
export function MeasureFields({ words, set, matter, banTerm, problems, inLetter = false }: MeasureProps): ReactNode {
  const { say } = useSay();
  // What many have in common is no content of any of them.
  const offered = MEASURES.filter((each) => each !== 'content_removal' || matter.accountId !== undefined);
  const chosen = chosenIn(words);
  useShortcuts(
    offered.map((each) => ({
      keys: String(MEASURES.indexOf(each) + 1),
      label: wordOf(say, 'measure', each),
      run: () => set(toggle(words, each)),
    })),
  );
  return (
    <>
      <fieldset className="measures">
        <legend>{say('case.measures')}</legend>
        {offered.map((each) => {
          const place = chosen.indexOf(each);
          const name = wordOf(say, 'measure', each);
          return (
            <div key={each}>
              <label className="tick">
                <input type="checkbox" checked={place >= 0} onChange={() => set(toggle(words, each))} />
                {name} <Key of={String(MEASURES.indexOf(each) + 1)} />
              </label>
              {place >= 0 && (
                <div className="stack own" role="group" aria-label={name}>
                  <OneMeasure
                    measure={each}
                    place={place}
                    told={toldOf(words, each)}
                    set={(change) => set(tell(words, each, change))}
                    matter={matter}
                    banTerm={banTerm}
                    problems={problems && ofMeasure(problems, each)}
                    inLetter={inLetter}
                  />
                  <Problems of={ofMeasure(problems ?? [], each)} />
                </div>
              )}
            </div>
          );
        })}
      </fieldset>
      {chosen.length === 0 && <p className="muted">{say('case.noMeasure')}</p>}
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
  readonly required?: boolean;
  readonly children?: ReactNode;
}

export function Area({ id, label, value, set, required, children }: AreaProps): ReactNode {
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
        required={required}
        value={value}
        onChange={(event) => set(event.target.value)}
      />
    </div>
  );
}
