import { comma } from '../../i18n/comma.ts';
import type { Say } from '../../i18n/use-texts.ts';
import type { TextId } from '../use-say.ts';
import { wordOf } from './word.ts';

/** Places in the agreement, without the numbers of the house for the law behind them: those are for the audit log. */
export const inAgreement = (clauses: readonly string[]): readonly string[] =>
  clauses.filter((each) => /^\d/.test(each) || each === 'preamble');

export const clausesOf = (say: Say<TextId>, clauses: readonly string[]): string =>
  clauses.map((each) => (each === 'preamble' ? wordOf(say, 'clause', each) : each)).join(comma());
