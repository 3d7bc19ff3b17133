import type { Say } from '../../i18n/use-texts.ts';
import type { TextId } from '../use-say.ts';
import { wordOf } from './word.ts';

interface Said {
  readonly code: string;
  readonly message: string;
}

/** What the service finds wrong, in the reader's language where a page has the words for it. */
export function problemSaid(say: Say<TextId>, { code, message }: Said): string {
  const said = wordOf(say, 'decisionProblem', code);
  return said === code.replaceAll('_', ' ') ? message : said;
}
