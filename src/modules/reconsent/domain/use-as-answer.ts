/** A version that waits for an answer, as far as an answer by use is concerned. */
export interface WaitingVersion {
  readonly policy: 'explicit' | 'continued_use';
  readonly answerBy: 'person' | 'guardian';
  readonly refusedAt: Date | null;
  readonly publishedAt: Date;
  /** When it takes effect. */
  readonly since: Date;
}

export interface ObjectionToUse {
  readonly path: '/version' | '/noticeShownAt';
  readonly code: string;
  readonly en: string;
  readonly zh: string;
}

/** 9.1: why a use is no answer to a version; empty when it is one. All reasons, never only the first. */
export function objectionsToUse(waits: WaitingVersion | undefined, noticeShownAt: Date, now: Date): ObjectionToUse[] {
  if (waits === undefined)
    return [
      {
        path: '/version',
        code: 'not_pending',
        en: 'no answer to this version is waited for',
        zh: '此版本不在等待答复',
      },
    ];
  const found: ObjectionToUse[] = [];
  const say = (code: string, en: string, zh: string, path: ObjectionToUse['path'] = '/version'): unknown =>
    found.push({ path, code, en, zh });
  if (waits.policy !== 'continued_use')
    say('explicit', 'this version wants an answer in so many words', '此版本须明确答复');
  if (waits.answerBy === 'guardian') say('guardian', "the guardian's answer is waited for", '等待的是监护人的答复');
  if (waits.refusedAt !== null)
    say('refused', 'the person said no; only their own yes ends that', '本人已拒绝，只有本人同意才能改变');
  if (waits.since > now) say('not_in_effect', 'the version is not in effect yet', '此版本尚未生效');
  if (noticeShownAt < waits.publishedAt || noticeShownAt >= now)
    say(
      'not_before_use',
      'the notice is shown after the announcement and before the use',
      '提示须在公布之后、使用之前显示',
      '/noticeShownAt',
    );
  return found;
}
