import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { changeLetter, changeText, lengthens, type ToldChange } from './change-text.js';
import { type NoticeTemplates, noticeLetter, noticeTemplateProblems, noticeText } from './notice-text.js';
import { extendedStatement } from './statement.js';

const templates = parse(readFileSync('config/notices.yaml', 'utf8')) as NoticeTemplates;
const statement = {
  measures: [
    { measure: 'suspension', scope: ['account'], startsAt: '2026-11-23T08:00:00Z', endsAt: '2026-11-30T08:00:00Z' },
    { measure: 'feature_restriction', scope: ['share'], startsAt: '2026-11-23T08:00:00Z', endsAt: null },
    { measure: 'warning', scope: ['account'], startsAt: '2026-11-23T08:00:00Z', endsAt: null },
  ],
  facts: 'Said {explanation} and $& literally.',
  explanation: 'The clause forbids it.',
  automatedDecision: 'none',
  clauses: [{ ref: '3.3(9)', label: 'Gambling', agreementVersion: '2025-01-20' }],
  law: [],
  redress: { appealUntil: '2027-05-23T08:00:00Z', requiredMaterials: 'Identity card.' },
  decidedByRole: 'moderator',
};

describe('the text of a notice', () => {
  it('says measures with their times, facts, clause, reasons and redress; what people wrote is no template', () => {
    const { title, text } = noticeText(statement, 'en', templates, new Map([['share', 'Sharing']]));
    expect(title).toBe('A decision about your account');
    expect(text).toContain('Suspension (from 2026-11-23 16:00 (UTC+8) until 2026-11-30 16:00 (UTC+8))');
    expect(text).toContain('Features restricted: Sharing (from 2026-11-23 16:00 (UTC+8), until further notice)');
    expect(text).toContain('- Warning\n');
    expect(text).toContain('Said {explanation} and $& literally.');
    expect(text).toContain('clause 3.3(9)');
    expect(text).toContain('you can appeal until 2027-05-23 16:00');
    expect(text).toContain('Identity card.');
    expect(text).not.toContain('moderator');
  });

  it('says why a measure has no end, when it is looked at again, the warning before it and what was weighed', () => {
    const [, restriction] = statement.measures;
    const openEnded = {
      ...restriction,
      openEndedReason: 'Nobody shows who holds it.',
      reviewAt: '2026-12-23T08:00:00Z',
    };
    const again = {
      ...statement,
      measures: [openEnded],
      priorWarning: { reference: '019a', givenAt: '2026-11-01T08:00:00Z' },
      proportionality: 'Four of the last five.',
    };
    const { text } = noticeText(again, 'en', templates, new Map());
    expect(text).toContain('Why without an end: Nobody shows who holds it.');
    expect(text).toContain('We look at it again by 2026-12-23 16:00 (UTC+8).');
    expect(text).toContain('You were warned before: decision 019a of 2026-11-01 16:00 (UTC+8).');
    expect(text).toContain('were weighed: Four of the last five.');
    const told = noticeText({ ...again, priorWarning: { text: 'By letter.' } }, 'zh-CN', templates, new Map()).text;
    expect(told).toContain('此前警示：By letter.');
    expect(told.replace('{explanation}', '')).not.toMatch(/\{\w+\}/);
  });

  it('in Chinese says the same, and no variable is left over', () => {
    const { text } = noticeText({ ...statement, facts: '事实' }, 'zh-CN', templates, new Map());
    expect(text).toContain('暂停使用（自 2026-11-23 16:00 (UTC+8) 至');
    expect(text).not.toMatch(/\{\w+\}/);
  });

  it('C7 in its parts is the same text, with places for what is written, also where nothing is yet', () => {
    const places = new Map([
      ['/facts', '/statementOfReasons/facts'],
      ['/explanation', '/statementOfReasons/explanation'],
      ['/measures/1/openEndedReason', '/actions/1/openEndedReason'],
      ['/proportionality', '/statementOfReasons/proportionality'],
    ]);
    for (const language of ['zh-CN', 'en'] as const) {
      const { parts, text } = noticeLetter(statement, language, templates, new Map(), places);
      expect(parts.map((part) => part.text).join('')).toBe(text);
      expect(text).toBe(noticeText(statement, language, templates, new Map()).text);
      const words = parts.flatMap((part) => (part.kind === 'words' ? [part] : []));
      expect(words.map(({ field, text: own }) => [field, own])).toEqual([
        ['/actions/1/openEndedReason', ''],
        ['/statementOfReasons/facts', statement.facts],
        ['/statementOfReasons/explanation', statement.explanation],
        ['/statementOfReasons/proportionality', ''],
      ]);
      // Written there, the line stands as its place announced it.
      const weighed = noticeLetter({ ...statement, proportionality: 'W.' }, language, templates, new Map(), places);
      expect(weighed.text).toContain(`${words[3]?.before}W.${words[3]?.after}`);
      // What was told has no places any more.
      expect(noticeLetter(statement, language, templates, new Map(), new Map()).parts).toHaveLength(1);
    }
  });

  it('refuses texts that leave out what has to be said', () => {
    expect(noticeTemplateProblems(templates)).toEqual([]);
    const silent = { ...templates, en: { ...templates.en, redress: 'Bad luck.' } };
    expect(noticeTemplateProblems(silent)).toEqual(['en.redress does not say {appealUntil}']);
    expect(noticeTemplateProblems({ en: templates.en })).toContain('zh-CN is missing');
  });
});

describe('the text of a change', () => {
  const lifted: ToldChange = {
    outcome: 'lifted',
    measure: 'suspension',
    endedAt: '2026-11-30T08:00:00Z',
    endsAt: '2026-11-30T08:00:00Z',
    freed: [],
    reviewAt: null,
    explanation: 'You showed that it was a quotation; {until} stays as written.',
  };
  const said = (change: Partial<ToldChange>, language: 'zh-CN' | 'en' = 'en') =>
    changeText({ ...lifted, ...change }, language, templates, new Map([['share', 'Sharing']]));

  it('says what became of the measure, and why in the words for the person', () => {
    expect(said({})).toEqual({
      language: 'en',
      title: 'A change to a measure on your account',
      text: 'Lifted: suspension\nReasons: You showed that it was a quotation; {until} stays as written.',
    });
    expect(said({ outcome: 'changed', endsAt: '2026-11-25T08:00:00Z', explanation: null }).text).toBe(
      'New end of this measure: 2026-11-25 16:00 (UTC+8) (suspension)',
    );
    expect(said({ outcome: 'changed', freed: ['share'], explanation: null }).text).toBe('Features given back: Sharing');
    const kept = said({ outcome: 'kept', reviewAt: '2026-12-25T08:00:00Z', explanation: null }, 'zh-CN');
    expect(kept.text).toBe('暂停使用经复核继续有效，下次复核不晚于 2026-12-25 16:00 (UTC+8)');
  });

  it('C7 has a place for the reasons before there are any', () => {
    const letter = changeLetter({ ...lifted, explanation: null }, 'en', templates, new Map(), '/explanation');
    expect(letter.text).toBe('Lifted: suspension');
    expect(letter.parts).toEqual([
      { kind: 'fixed', text: 'Lifted: suspension' },
      { kind: 'words', field: '/explanation', text: '', before: '\nReasons: ', after: '' },
    ]);
    const told = changeLetter(lifted, 'en', templates, new Map(), '/explanation');
    expect(told.parts).toEqual([
      { kind: 'fixed', text: 'Lifted: suspension\nReasons: ' },
      { kind: 'words', field: '/explanation', text: lifted.explanation, before: '', after: '' },
    ]);
  });

  it('a measure that became longer is told as a statement of reasons: when it was to end, when it does, clause, reasons, redress', () => {
    const longer = extendedStatement(statement, {
      reference: '019b',
      issuedAt: new Date('2026-11-28T08:00:00Z'),
      sanction: { id: '019s', type: 'suspension', decisionId: '019a' },
      endedAt: new Date('2026-11-30T08:00:00Z'),
      endsAt: new Date('2026-12-07T08:00:00Z'),
      explanation: 'It went on from a second device.',
      appealUntil: new Date('2027-05-28T08:00:00Z'),
      decidedByRole: 'moderator',
    });
    expect(longer).toMatchObject({
      reference: '019b',
      extends: { decisionId: '019a', sanctionId: '019s', endsAt: '2026-11-30T08:00:00.000Z' },
      measures: [{ measure: 'suspension', endsAt: '2026-12-07T08:00:00.000Z' }],
      facts: statement.facts,
      clauses: statement.clauses,
      notice: { choice: 'given' },
      ladder: null,
    });
    const { title, text } = noticeText(longer, 'en', templates, new Map());
    expect(title).toBe('A change to a measure on your account');
    expect(text).toContain('was to end at 2026-11-30 16:00 (UTC+8) lasts longer:');
    expect(text).toContain('until 2026-12-07 16:00 (UTC+8)');
    expect(text).toContain('It went on from a second device.');
    expect(text).toContain('you can appeal until 2027-05-28 16:00');
    expect(text).not.toContain('Features restricted');
  });

  it.each([
    [null, '2026-12-01', false],
    ['2026-11-30', '2026-11-29', false],
    ['2026-11-30', '2026-12-01', true],
  ])('%s to %s: longer is %s', (endsAt, next, longer) => {
    expect(lengthens(endsAt === null ? null : new Date(endsAt), new Date(next))).toBe(longer);
  });
});
