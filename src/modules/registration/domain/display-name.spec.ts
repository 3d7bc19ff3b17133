import fc from 'fast-check';
import { nameProblems, resembles, skeletonOf } from './display-name.js';

const PROTECTED = [
  'DeepSeek',
  'deepseek official',
  'admin',
  'administrator',
  'support',
  '深度求索',
  '管理员',
  '官方',
  '客服',
  'CEO',
];

describe('names that pose as somebody (2.3(1))', () => {
  it.each([
    'DeepSeek',
    'deepseek',
    'D e e p S e e k',
    'Dеерѕееk', // Cyrillic е, р, ѕ
    'ＤｅｅｐＳｅｅｋ',
    'Deep\u200bSeek',
    '𝐃𝐞𝐞𝐩𝐒𝐞𝐞𝐤',
    'Ⓓⓔⓔⓟⓢⓔⓔⓚ',
    'D33pSeek'.replaceAll('3', 'ε'),
    'DeepSéék',
    'DeepSe\u0301ek',
    'xX_DeepSeek_Xx',
    'аdmіn',
    'ADM1N',
    'adm|n',
    'Admın',
    'supp0rt',
    '$upport',
    'Support Team',
    '深度求索',
    '深 度 求 索',
    '深度求索客服',
    '管理員',
    '【官方】小明',
    '客\u2060服',
    'CΕΟ', // Greek epsilon, omicron
  ])('%j', (name) => expect(resembles(name, PROTECTED)).toBeDefined());

  it.each([
    '小明',
    'Alice',
    'Ceoline',
    'Deep Blue',
    '求索者',
    'adam in Berlin',
    'Олег',
    'Ελένη',
    'محمد',
    'O’Brien',
    '深海',
  ])('%j is nobody else', (name) => expect(resembles(name, PROTECTED)).toBeUndefined());

  it('survives any sprinkling of marks that print nothing', () => {
    const mark = fc.constantFrom(
      '',
      '\u200b',
      '\u200d',
      '\u2060',
      '\u00ad',
      '\ufeff',
      '\u0301',
      ' ',
      '.',
      '_',
      '\ufe0f',
    );
    fc.assert(
      fc.property(fc.array(mark, { minLength: 8, maxLength: 8 }), (marks) => {
        const name = [...'DeepSeek'].map((letter, i) => letter + (marks[i] ?? '')).join('');
        return resembles(name, PROTECTED) !== undefined;
      }),
    );
  });

  it('a skeleton of a skeleton is itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (s) => skeletonOf(skeletonOf(s)) === skeletonOf(s)),
    );
  });
});

it.each([
  ['小明', []],
  ['👨‍👩‍👧', []],
  ['می\u200cخواهم', []],
  ['\u3000\u200b', ['empty', 'invisible']],
  ['a\u202eb', ['invisible']],
  [`z${'\u0301\u0302\u0303\u0304'}`, ['too_many_marks']],
])('%j has the problems %j', (name, problems) => expect(nameProblems(name)).toEqual(problems));
