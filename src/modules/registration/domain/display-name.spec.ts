import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { nameProblems, resembles, skeletonOf } from './display-name.js';
import { NAME_LISTS } from './policy.js';

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

/** Latin, full-width, mathematical, other scripts, digits, invisible marks, bidi controls, Han look-alikes, and mixtures. */
const ATTACKS = [
  ...[
    'DeepSeek',
    'deepseek',
    'DEEPSEEK',
    'D.e.e.p.S.e.e.k',
    'Deep_Seek_Official',
    'DeepSeek客服',
    'ᴅᴇᴇᴘsᴇᴇᴋ',
    'Ðeepseek',
  ],
  ...['ＤｅｅｐＳｅｅｋ', '𝐃𝐞𝐞𝐩𝐒𝐞𝐞𝐤', '𝔇𝔢𝔢𝔭𝔖𝔢𝔢𝔨', '𝕯𝖊𝖊𝖕𝕾𝖊𝖊𝖐', '𝙳𝚎𝚎𝚙𝚂𝚎𝚎𝚔', 'Ⓓⓔⓔⓟⓢⓔⓔⓚ', '🄳🄴🄴🄿🅂🄴🄴🄺', '𝗗𝗲𝗲𝗽𝗦𝗲𝗲𝗸'],
  ...[
    'Dеерѕееk',
    'DeepSeеk',
    'DeερSeεκ',
    'Deepѕeek',
    'Dееpseek',
    'ԁеерѕеек',
    'DеepSeek',
    'ᎠeepSeek',
    'ꓓeepSeek',
    'DeepՏeek',
  ],
  ...[
    'D33pS33k',
    'DeepS33k',
    'D3epSeek',
    'DeepSe3k',
    'deep5eek',
    'D€€pS€€k'.replaceAll('€', 'є'),
    'DeepSéék',
    'Dëëpsëëk',
  ],
  ...['Deep\u200bSeek', 'Deep\u200dSeek', 'Deep\u2060Seek', 'Deep\u00adSeek', 'Deep\ufeffSeek', 'D\u034feepSeek'],
  ...['\u202ekeeSpeeD', 'Deep\u2066Seek', 'Deep\u061cSeek', 'Deep\u200fSeek', 'DeepSeek\u{e0041}', 'De\u115fepSeek'],
  ...['admin', 'Admin', 'аdmin', 'аdmіn', 'ADM1N', 'adm|n', 'adrnin', 'Admın', '@dmin', '4dmin', 'αdmin', 'ａｄｍｉｎ'],
  ...[
    'administrator',
    'Adrninistrator',
    'аdministrаtor',
    'moderator',
    'Моderator',
    'mоdеrаtоr',
    'rnoderator',
    'm0derat0r',
  ],
  ...[
    'customer service',
    'Customer-Service',
    'cust0mer serv1ce',
    'сustomer sеrvice',
    'official',
    'Оfficial',
    '0fficial',
  ],
  ...['offlcial', 'off1cia1', 'offiсial', 'Support', 'supp0rt', '$upport', 'ѕupport', 'SUPP0RT', 'kefu', 'guanfang'],
  ...[
    '官方',
    '【官方】',
    '官 方',
    '官·方',
    '官\u200b方',
    '官⽅',
    '宦方',
    '宫方',
    '宮方',
    '官坊',
    '官芳',
    '小明官方',
    '官万',
  ],
  ...['客服', '客 服', '客\u2060服', '客.服', '容服', '喀服', '客朋', '深度求索客服', '客服小李', '愙服', '官方客服'],
  ...[
    '管理员',
    '管理員',
    '管里员',
    '菅理员',
    '管理圆',
    '管埋员',
    '筦理员',
    '⼯作⼈员',
    '工作入员',
    'エ作人员',
    '工作人員',
    '土作人员',
  ],
  ...[
    '深度求索',
    '深 度 求 索',
    '探度求索',
    '深渡求索',
    '深度球索',
    '深度求素',
    '系统消息',
    '糸统消息',
    '系統消息',
    '系统硝息',
  ],
  ...[
    '网信办',
    '網信辦',
    '罔信办',
    '网伩办',
    '公安局',
    '公案局',
    '公桉局',
    '人民法院',
    '入民法院',
    '新华社',
    '新華社',
    '新华杜',
  ],
  ...[
    '\u2800',
    '\u3164',
    '\u3164\u3164',
    '\u200b',
    'a\u202eb',
    'x\u0007y',
    `z${'\u0301'.repeat(9)}`,
    'Аlice',
    'Bоb',
    'Mаrk',
  ],
];

/** People, in many scripts: nobody is to be told that their own name is somebody else's. */
const ORDINARY = [
  ...[
    '小明',
    '王芳',
    '李娜',
    '欧阳明日香',
    '林俊杰',
    '方圆',
    '官晶华',
    '服部平次',
    '客家人',
    '万里',
    '宫本',
    '宫崎骏',
    '朋友',
    '土豆',
  ],
  ...[
    'Alice',
    'Bob',
    'Deep Blue',
    'Mark',
    'Bernard',
    'Zoë',
    'Łukasz',
    'Nguyễn Văn An',
    'O’Brien',
    'Anne-Marie',
    'Jürgen 2',
  ],
  ...[
    'Олег',
    'Наталья',
    'Ελένη',
    'Հայկ',
    'محمد',
    'می\u200cخواهم',
    'שרה',
    'สมชาย',
    '김민수',
    'さくら',
    'タナカ',
    'Алиса Smith',
  ],
  ...[
    '👨‍👩‍👧',
    '小明❤️',
    '求索者',
    '深海',
    '度假中',
    '新社员工'.slice(0, 2),
    '工人',
    '人民',
    '消息灵通',
    '理发师',
    '3.14',
    '404',
  ],
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

  it('a hundred names that pose as us, staff or the state, against the shipped policy: none is let through', () => {
    const { names } = parse(readFileSync('config/registration-rules.yaml', 'utf8')) as {
      names: Record<string, string[]>;
    };
    const passes = (name: string): boolean =>
      nameProblems(name).length === 0 && NAME_LISTS.every((list) => resembles(name, names[list] ?? []) === undefined);
    expect(ATTACKS.length).toBeGreaterThanOrEqual(100);
    expect(ATTACKS.filter(passes)).toEqual([]);
    expect(ORDINARY.filter((name) => !passes(name))).toEqual([]);
  });

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
