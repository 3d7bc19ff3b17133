import fc from 'fast-check';
import { maskPhone, readPhone } from './phone-number.js';

const keyOf = (input: string): string => {
  const reading = readPhone(input);
  return reading.ok ? reading.phone.e164 : reading.problem;
};

describe('row 10: equivalent spellings of one number reach one key', () => {
  const spellings = [
    '+8613800138000',
    '13800138000',
    '8613800138000'.replace(/^/, '+'),
    '008613800138000',
    '00 86 138 0013 8000',
    '+86 138-0013-8000',
    '+86 (138) 0013 8000',
    '+86\u00a0138\u20090013\u30008000',
    '１３８００１３８０００',
    '＋８６１３８００１３８０００',
    '+86١٣٨٠٠١٣٨٠٠٠',
    '+86𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎',
    'tel:+86-138-0013-8000',
    'TEL: 13800138000',
    '\u200e+8613800138000\u200f',
    '\u202a+8613800138000\u202c',
    '1\u200b3\u200c8\u200d0\u20600138000',
    '\ufeff13800138000',
    '138\u00ad00138000',
    '138–0013—8000',
    '138−0013−8000',
    '138.0013.8000',
    ' 13800138000\t',
    '+ 86 13800138000',
    '+008613800138000',
  ];
  it.each(spellings)('%j', (spelling) => expect(keyOf(spelling)).toBe('+8613800138000'));

  it('holds for any sprinkling of invisible marks and blanks', () => {
    const mark = fc.constantFrom('', '', '\u200b', '\u200e', '\u2060', '\ufeff', '\u00ad', '\ufe0f', ' ', '\u3000');
    fc.assert(
      fc.property(fc.array(mark, { minLength: 12, maxLength: 12 }), fc.boolean(), (marks, wide) => {
        const digits = [...'13800138000'].map((d) => (wide ? String.fromCodePoint(0xff10 + Number(d)) : d));
        const text = digits.map((digit, i) => `${marks[i] ?? ''}${digit}`).join('') + (marks[11] ?? '');
        return keyOf(text) === '+8613800138000';
      }),
    );
  });
});

describe('numbers that are refused', () => {
  it.each([
    ['+8612345678901', 'not_a_number'],
    ['+861380013800', 'not_a_number'],
    ['+8614112345678', 'not_a_number'],
    ['+99912345678', 'not_a_number'],
    ['+8613800138000 ext 5', 'extension'],
    ['+8613800138000;ext=5', 'extension'],
    ['13800138000x12', 'extension'],
    ['13800138000#12', 'extension'],
    ['13800138000,,12', 'extension'],
    ['13800138000转12', 'extension'],
    ['１３８００１３８０００分机１', 'extension'],
    ['+86 10 6552 9988', 'not_mobile'],
    ['', 'unreadable'],
    ['   ', 'unreadable'],
    ['++8613800138000', 'unreadable'],
    ['call me', 'unreadable'],
    ['13800138000 or 13900139000', 'unreadable'],
    ['1'.repeat(5000), 'unreadable'],
    ['\ud800', 'unreadable'],
  ])('%j is %s', (input, problem) => expect(keyOf(input)).toBe(problem));

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => typeof readPhone(text).ok === 'boolean'),
    );
  });
});

it('reads numbers of other countries and keeps their country', () => {
  expect(readPhone('+1 415 555 2671')).toMatchObject({
    ok: true,
    phone: { e164: '+14155552671', region: 'US', callingCode: '1' },
  });
  expect(readPhone('+852 5123 4567')).toMatchObject({ ok: true, phone: { e164: '+85251234567', region: 'HK' } });
});

it('masks all but the country and the last four', () => {
  expect(maskPhone('+8613800138000')).toBe('+86*******8000');
  expect(maskPhone('+123')).toBe('+123');
});
