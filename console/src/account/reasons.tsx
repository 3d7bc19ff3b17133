import type { ReactNode } from 'react';
import { moment } from '../people/moment.ts';
import { ClauseText } from './clause-text.tsx';
import { lawsIn } from './law.ts';
import { type TextId, useSay, type Words, wordFor } from './texts.ts';

/** What the statement of reasons tells the person (src/modules/enforcement/domain/statement.ts, `disclosed`). */
export interface Statement {
  readonly facts?: string;
  readonly explanation?: string;
  readonly source?: string;
  readonly automatedDetection?: boolean;
  readonly automatedDecision?: string;
  readonly clauses?: readonly { readonly ref: string; readonly label: string }[];
  readonly law?: readonly { readonly instrument: string; readonly article: string; readonly explanation: string }[];
  readonly measures?: readonly {
    readonly measure: string;
    readonly instructions?: string;
    readonly openEndedReason?: string;
    readonly reviewAt?: string | null;
  }[];
  readonly priorWarning?: { readonly text: string } | { readonly reference: string; readonly givenAt: string };
  readonly proportionality?: string;
  readonly redress?: { readonly requiredMaterials?: string };
}

/** Facts, rule, law and how it was found and decided: everything that somebody needs to say where it is wrong (7.1, C26). */
export function Reasons({
  measures,
  statement,
  appealUntil,
}: {
  readonly measures: readonly string[];
  readonly statement: Statement | null;
  readonly appealUntil: string;
}): ReactNode {
  const { say, language } = useSay();
  const warning = statement?.priorWarning;
  const lines: readonly (readonly [TextId, string | undefined])[] = [
    ['decisions.measures', measures.join('\n')],
    ['decisions.openEnded', statement?.measures?.flatMap((m) => m.openEndedReason ?? []).join('\n')],
    [
      'decisions.reviewAt',
      statement?.measures?.flatMap((m) => (m.reviewAt ? [moment(m.reviewAt, language)] : [])).join('\n'),
    ],
    ['decisions.facts', statement?.facts],
    ['decisions.why', statement?.explanation],
    ['decisions.priorWarning', warning && ('text' in warning ? warning.text : moment(warning.givenAt, language))],
    ['decisions.proportionality', statement?.proportionality],
    ['decisions.found', statement?.source && wordFor(say, `source.${statement.source}`, 'source.other')],
    ['decisions.automated', statement ? howDecided(statement, say) : undefined],
    ['decisions.appealUntil', moment(appealUntil, language)],
    ['decisions.materials', statement?.redress?.requiredMaterials],
  ];
  return (
    <>
      <dl className="facts">
        {lines.map(
          ([label, words]) =>
            words && (
              <div key={label}>
                <dt>{say(label)}</dt>
                <dd className="words">{words}</dd>
              </div>
            ),
        )}
      </dl>
      {statement === null && <p>{say('decisions.withheld')}</p>}
      {(statement?.clauses ?? []).map((clause) => (
        <div key={clause.ref}>
          <p>{say('common.labelled', { label: say('decisions.rule'), value: `${clause.ref} ${clause.label}` })}</p>
          <ClauseText clause={clause.ref} />
        </div>
      ))}
      {(statement?.law ?? []).map((law) => (
        <p key={`${law.instrument} ${law.article}`}>
          {say('common.labelled', { label: say('decisions.law'), value: lawsIn(say, language, [law]) })}
          {language === 'en' ? '. ' : '。'}
          {law.explanation}
        </p>
      ))}
    </>
  );
}

/** Who decided: a person, a person with a machine's help, or a machine; then a person can be asked for (个人信息保护法 24). */
function howDecided({ automatedDecision, automatedDetection }: Statement, say: Words): string {
  const decided = say(
    automatedDecision === 'full'
      ? 'decided.full'
      : automatedDecision === 'partial'
        ? 'decided.partial'
        : 'decided.none',
  );
  return automatedDetection ? say('decided.detected', { decided }) : decided;
}
