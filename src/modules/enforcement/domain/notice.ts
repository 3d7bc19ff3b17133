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
  const tell = (member: string, code: string, en: string, zh: string): void => {
    problems.push({ path: `/notice/${member}`, code, en, zh });
  };
  if (notice.choice === 'given') return problems;
  if ((notice.reason ?? '').trim() === '')
    tell('reason', 'reason_missing', 'say why the person is not told now', '须说明为何暂不告知本人');
  if (notice.until === undefined) tell('until', 'end_missing', 'silence has an end', '不告知须有期限');
  else if (notice.until <= facts.now) tell('until', 'in_the_past', 'the end lies in the past', '期限已过');
  else if (notice.until > facts.longestDelay)
    tell('until', 'too_late', 'longer than the configuration allows', '超过允许的最长期限');
  // 反电信网络诈骗法 32(3): reason, remedy and what to submit are told.
  if (facts.fraud && notice.choice === 'withheld')
    tell('choice', 'fraud_must_be_told', 'a measure against fraud is always told', '涉诈措施必须告知本人');
  if (facts.fraud && notice.choice === 'delayed' && notice.authorityReference === undefined) {
    tell(
      'authorityReference',
      'authority_missing',
      'only an authority’s recorded instruction delays this notice',
      '只有主管部门的书面要求可以推迟告知',
    );
  }
  return problems;
}
