import type { Schemas } from '../../api/client.ts';
import { comma } from '../../i18n/comma.ts';
import type { Language } from '../../i18n/language.ts';
import { atTime } from '../../i18n/times.ts';
import type { Say } from '../../i18n/use-texts.ts';
import type { TextId } from '../use-say.ts';
import { wordOf } from './word.ts';

export type TaskOutcome = Schemas['TaskOutcomeDto'];

/** In what a task ended, in words: what was decided, on which ground, under which clause, with which measures (C4). */
export function outcomeSaid(
  say: Say<TextId>,
  language: Language,
  kind: string,
  { code, reasonCode, clauses = [], measures = [], until, awaitsSecond }: TaskOutcome,
): string {
  const measure = ({ type, endsAt }: (typeof measures)[number]): string =>
    endsAt === null
      ? wordOf(say, 'measure', type)
      : `${wordOf(say, 'measure', type)} (${say('ended.until', { when: atTime(endsAt, language) })})`;
  return [
    wordOf(say, `ended.${kind}`, code),
    reasonCode === undefined ? '' : wordOf(say, 'reason', reasonCode),
    clauses.length === 0 ? '' : say('ended.clauses', { clauses: clauses.join(comma()) }),
    measures.map(measure).join(comma()),
    until === undefined ? '' : say('ended.until', { when: atTime(until, language) }),
    awaitsSecond ? say('ended.awaitsSecond') : '',
  ]
    .filter(Boolean)
    .join(' · ');
}
