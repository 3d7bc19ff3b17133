import type { FieldProblem } from '../../../kernel/domain-error.js';

export const NOTICE_CHOICES = ['given', 'delayed', 'withheld'] as const;
export type NoticeChoice = (typeof NOTICE_CHOICES)[number];

/** When the person is told (ENF-8). Clause 7.1 allows silence; it is a recorded choice with a reason and an end. */
export interface Notice {
  readonly choice: NoticeChoice;
  readonly reason?: string;
  readonly until?: Date;
  /** Recorded instruction of an authority: the only ground to delay notice of a fraud measure. */
  readonly authorityReference?: string;
}

export function noticeProblems(
  notice: Notice,
  facts: { now: Date; fraud: boolean; longestDelay: Date },
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const tell = (member: string, code: string, message: string): void => {
    problems.push({ path: `/notice/${member}`, code, message });
  };
  if (notice.choice === 'given') return problems;
  if ((notice.reason ?? '').trim() === '') tell('reason', 'reason_missing', 'say why the person is not told now');
  if (notice.until === undefined) tell('until', 'end_missing', 'silence has an end');
  else if (notice.until <= facts.now) tell('until', 'in_the_past', 'the end lies in the past');
  else if (notice.until > facts.longestDelay) tell('until', 'too_late', 'longer than the configuration allows');
  // 反电信网络诈骗法 32(3): reason, remedy and what to submit are told.
  if (facts.fraud && notice.choice === 'withheld')
    tell('choice', 'fraud_must_be_told', 'a measure against fraud is always told');
  if (facts.fraud && notice.choice === 'delayed' && notice.authorityReference === undefined) {
    tell('authorityReference', 'authority_missing', 'only an authority’s recorded instruction delays this notice');
  }
  return problems;
}
