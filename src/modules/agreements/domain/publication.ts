import type { FieldProblem } from '../../../kernel/domain-error.js';
import type { AgreementVersion, ConsentPolicy } from './agreement.js';

export interface NewVersion {
  readonly version: string;
  readonly title: string;
  readonly language: string;
  readonly text: string;
  readonly effectiveAt: Date;
  readonly changeSummary: string;
  readonly policy: ConsentPolicy;
  readonly topics: readonly string[];
  readonly supersedes?: string | undefined;
}

/** The last version of a line of succession. */
export const latest = (line: readonly AgreementVersion[]): AgreementVersion | undefined =>
  line.reduce<AgreementVersion | undefined>(
    (last, v) => (last === undefined || v.effectiveAt > last.effectiveAt ? v : last),
    undefined,
  );

/**
 * Why a version cannot be published, all reasons. History is never rewritten (AGR-5): only a document's first version
 * may take effect in the past; a revision follows the last one, from its publication on at the earliest.
 */
export function publicationProblems(draft: NewVersion, line: readonly AgreementVersion[], now: Date): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const problem = (path: string, code: string, en: string, zh: string): void => {
    problems.push({ path, code, en, zh });
  };
  const before = latest(line);
  if (draft.text.trim() === '') problem('/text', 'empty_text', 'a version needs a text', '版本须有正文');
  if (before === undefined) {
    if (draft.supersedes !== undefined)
      problem('/supersedes', 'nothing_before', 'this document has no earlier version', '此文件没有更早的版本');
    return problems;
  }
  if (draft.supersedes !== undefined && draft.supersedes !== before.version) {
    problem(
      '/supersedes',
      'not_the_latest',
      `the version to follow is ${before.version}`,
      `须接续版本 ${before.version}`,
    );
  }
  if (draft.effectiveAt < now)
    problem(
      '/effectiveAt',
      'in_the_past',
      'a revision never takes effect before its announcement',
      '修订不能在公布之前生效',
    );
  if (draft.effectiveAt <= before.effectiveAt) {
    problem(
      '/effectiveAt',
      'before_the_last',
      `it must take effect after version ${before.version}`,
      `须晚于版本 ${before.version} 生效`,
    );
  }
  if (draft.changeSummary.trim() === '')
    problem('/changeSummary', 'no_summary', 'a revision says what changed', '修订须说明改了什么');
  return problems;
}
