import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type NoticeTemplates, noticeTemplateProblems, noticeText } from './notice-text.js';

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

  it('refuses texts that leave out what has to be said', () => {
    expect(noticeTemplateProblems(templates)).toEqual([]);
    const silent = { ...templates, en: { ...templates.en, redress: 'Bad luck.' } };
    expect(noticeTemplateProblems(silent)).toEqual(['en.redress does not say {appealUntil}']);
    expect(noticeTemplateProblems({ en: templates.en })).toContain('zh-CN is missing');
  });
});
