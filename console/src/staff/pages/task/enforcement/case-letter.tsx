import type { ReactNode } from 'react';
import { wordOf } from '../../../parts/word.ts';
import { useSay } from '../../enforcement/texts.ts';
import { Letter, type LetterField, type Notice } from '../letter/letter.tsx';
import { ClauseWords } from './measure-fields.tsx';
import {
  type Body,
  chosenIn,
  isOpenEnded,
  type Matter,
  type Measure,
  tell,
  toldOf,
  type Words,
} from './measure-words.ts';

/**
 * Measures come and go while the answer is on its way: their words go by the measure, and not by its place in the decision.
 * @param body what was asked about
 */
export function letterIn(notice: Notice, body: Body): Notice {
  const named = (field: string): string => {
    const [, place, member] = /^\/actions\/(\d+)\/(\w+)$/.exec(field) ?? [];
    return place === undefined ? field : `${body.actions[Number(place)]?.type}.${member}`;
  };
  const parts = notice.parts.map((part) => (part.field === undefined ? part : { ...part, field: named(part.field) }));
  return { ...notice, parts };
}

interface Props {
  readonly words: Words;
  readonly set: (change: Partial<Words>) => void;
  readonly matter: Matter;
  /** Undefined where it is about many: each of them is told in their own language, by the same words. */
  readonly notice: Notice | undefined;
  /** The service asks how number, share, gravity and intention were weighed. */
  readonly proportionality: boolean;
}

/** The decision as the person will read it, and its words written inside it, in the order in which they are read (C7). */
export function CaseLetter({ words, set, matter, notice, proportionality }: Props): ReactNode {
  const { say } = useSay();
  const ofMeasure = (measure: Measure, place: number): LetterField[] => {
    const told = toldOf(words, measure);
    const field = (member: 'instructions' | 'openEndedReason', label: string, max: number): LetterField => ({
      at: `${measure}.${member}`,
      id: `actions-${place}-${member}`,
      label,
      max,
      value: told[member],
      set: (text) => set(tell(words, measure, { [member]: text })),
      required: true,
    });
    if (measure === 'rectification') return [field('instructions', say('case.instructions'), 2000)];
    if (!isOpenEnded(measure, told)) return [];
    return [field('openEndedReason', `${say('case.openEnded')} · ${wordOf(say, 'measure', measure)}`, 1000)];
  };
  const reasons = (member: 'facts' | 'explanation' | 'proportionality', label: string, max: number): LetterField => ({
    at: `/statementOfReasons/${member}`,
    id: member,
    label,
    max,
    value: words[member],
    set: (text) => set({ [member]: text }),
    required: true,
  });
  // Of many only those need it who were suspended before.
  const ofMany = matter.accountId === undefined;
  const label = say(ofMany ? 'bulkDecision.proportionality' : 'case.proportionality');
  const weighed = { ...reasons('proportionality', label, 2000), required: !ofMany };
  return (
    <Letter
      notice={notice}
      fields={[
        ...chosenIn(words).flatMap(ofMeasure),
        reasons('facts', say('statement.facts'), 5000),
        {
          ...reasons('explanation', say('statement.explanation'), 5000),
          tool: <ClauseWords matter={matter} words={words} set={set} />,
        },
        // A field that the service asks for stays once there is something in it.
        ...(proportionality || words.proportionality !== '' ? [weighed] : []),
      ]}
    >
      {words.notice !== 'given' && <p className="note">{say(`case.notice.${words.notice}`)}</p>}
    </Letter>
  );
}
