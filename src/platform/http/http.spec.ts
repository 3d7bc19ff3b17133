import fc from 'fast-check';
import { isDomainError } from '../../kernel/domain-error.js';
import { localeOf } from './locale.js';
import { decodeCursor, encodeCursor, pageOf } from './paging.js';
import { assertSafeJson } from './safe-json.js';

const codesOf = (value: unknown): string[] => {
  try {
    assertSafeJson(value);
    return [];
  } catch (error) {
    return isDomainError(error) ? (error.options.errors ?? []).map((e) => e.code) : ['?'];
  }
};

describe('what no field can hold', () => {
  it.each([
    ['a lone surrogate', { name: '\ud800' }, 'bad_characters'],
    ['NUL', { name: 'a\u0000' }, 'bad_characters'],
    ['a bell', ['\u0007'], 'bad_characters'],
    ['a number beyond 2^53', { n: 2 ** 60 }, 'number_out_of_range'],
    ['infinity', { n: JSON.parse('1e999') as number }, 'number_out_of_range'],
    ['a prototype', JSON.parse('{"__proto__": {}}'), 'bad_field_name'],
    ['a bad key', { 'a\u0000': 1 }, 'bad_field_name'],
  ])('%s', (_name, value, code) => expect(codesOf(value)).toContain(code));

  it('deep nesting, without falling over itself', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 10_000; i += 1) deep = [deep];
    expect(codesOf(deep)).toContain('too_deep');
  });

  it('lets every well-formed text through, emoji and tabs included', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((t) => !/\p{Cc}/u.test(t));
    fc.assert(fc.property(text, (t) => expect(codesOf({ t: `${t}\t\n` })).toEqual([])));
  });
});

describe('language', () => {
  it.each([
    [undefined, 'zh-CN'],
    ['en', 'en'],
    ['en-GB,en;q=0.9', 'en'],
    ['zh-CN,en;q=0.5', 'zh-CN'],
    ['zh;q=0.3,en;q=0.8', 'en'],
    ['fr, *;q=0.1', 'zh-CN'],
    [';;;q=x', 'zh-CN'],
  ])('%s → %s', (header, locale) => expect(localeOf(header)).toBe(locale));
});

describe('keyset pages', () => {
  const MIN = new Date('0001-01-01T00:00:00.000Z');
  const MAX = new Date('9999-12-31T23:59:59.999Z');
  const cursorOf = (key: unknown): string => Buffer.from(JSON.stringify(key)).toString('base64url');

  it('a cursor reads back as the key it was made of', () => {
    const byTime = fc.tuple(fc.date({ min: MIN, max: MAX, noInvalidDate: true }), fc.uuid());
    fc.assert(
      fc.property(byTime, ([at, id]) => expect(decodeCursor(encodeCursor([at, id]))).toEqual([at.toISOString(), id])),
    );
    expect(decodeCursor(encodeCursor([7]), ['count'])).toEqual([7]);
    expect(decodeCursor(undefined)).toBeUndefined();
  });

  it.each(['', 'x', 'e30', 'W10', '%%%', cursorOf([1, {}])])('refuses %s', (cursor) => {
    expect(() => decodeCursor(cursor)).toThrow(expect.objectContaining({ code: 'invalid_cursor' }));
  });

  const ID = '0198c0de-7a11-7c3e-9b1d-2f4a6c8e0b13';
  it.each([
    [['x', 'y']],
    [[null, null]],
    [[1, 2]],
    [['2026-01-01T00:00:00.000Z', 'y']],
    [['2026-02-30T00:00:00.000Z', ID]],
    [['0000-01-01T00:00:00.000Z', ID]],
    [['+275760-09-13T00:00:00.000Z', ID]],
    [['infinity', ID]],
    [['2026-01-01T00:00:00.000Z', ID, ID]],
  ])('refuses %j, which no list of ours has as a key', (key) => {
    expect(() => decodeCursor(cursorOf(key))).toThrow(expect.objectContaining({ code: 'invalid_cursor' }));
  });

  it('lets nothing else through, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(ID), fc.constant('0001-01-01T00:00:00Z'))),
        (key) => {
          try {
            const [at, id] = decodeCursor(cursorOf(key)) ?? [];
            expect([at, id]).toEqual(['0001-01-01T00:00:00Z', ID]);
          } catch (error) {
            expect(error).toMatchObject({ code: 'invalid_cursor' });
          }
        },
      ),
    );
  });

  it('has a next cursor exactly when there is more', () => {
    const rows = [1, 2, 3].map((n) => ({ n }));
    expect(pageOf(rows, 3, (r) => [r.n]).nextCursor).toBeNull();
    expect(pageOf(rows, 2, (r) => [r.n])).toMatchObject({ items: [{ n: 1 }, { n: 2 }], nextCursor: encodeCursor([2]) });
    expect(pageOf([], 2, () => [])).toEqual({ items: [], nextCursor: null });
  });
});
