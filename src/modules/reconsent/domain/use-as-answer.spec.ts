import { objectionsToUse, type WaitingVersion } from './use-as-answer.js';

const at = (minute: number): Date => new Date(Date.UTC(2026, 11, 1, 0, minute));
const WAITS: WaitingVersion = {
  policy: 'continued_use',
  answerBy: 'person',
  refusedAt: null,
  publishedAt: at(0),
  since: at(10),
};
const codes = (waits: WaitingVersion | undefined, shown = at(11), now = at(12)): string[] =>
  objectionsToUse(waits, shown, now).map((o) => o.code);

describe('9.1 what use is an answer', () => {
  it('going on after the notice, once the version is in effect; the notice may have come before that day', () => {
    expect(codes(WAITS)).toEqual([]);
    expect(codes(WAITS, at(1), at(10))).toEqual([]);
  });

  it.each([
    ['nothing waits', undefined, ['not_pending']],
    ['an explicit version', { ...WAITS, policy: 'explicit' }, ['explicit']],
    ["a minor's use, where the guardian agreed", { ...WAITS, answerBy: 'guardian' }, ['guardian']],
    ['a no stays a no', { ...WAITS, refusedAt: at(11) }, ['refused']],
    ['before its day', { ...WAITS, since: at(13) }, ['not_in_effect']],
    ['a notice from before the announcement', { ...WAITS, publishedAt: at(12) }, ['not_before_use']],
    [
      'all at once',
      { ...WAITS, policy: 'explicit', refusedAt: at(11), since: at(13) },
      ['explicit', 'refused', 'not_in_effect'],
    ],
  ] as const)('%s', (_, waits, expected) => {
    expect(codes(waits)).toEqual(expected);
  });

  it('a notice shown at or after the use told nobody before it', () => {
    expect(codes(WAITS, at(12))).toEqual(['not_before_use']);
    expect(codes(WAITS, at(13))).toEqual(['not_before_use']);
  });
});
