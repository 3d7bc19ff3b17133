import { validate } from 'class-validator';
import { List, Int, Enum, Text } from './fields.js';
import { inChinese } from './rules-in-chinese.js';

class Form {
  @Text({ max: 40, min: 3 })
  text: string;

  @Int({ min: -5, max: 1_000_000 })
  count: number;

  @Enum(['adult', 'minor'])
  band: string;

  @List('integer', { max: 20 })
  list: number[];
}

it('says each rule in Chinese, with its bound or its values', async () => {
  const form = Object.assign(new Form(), {
    text: 'x'.repeat(41),
    count: 2_000_000,
    band: 'none',
    list: Array(21).fill(1),
  });
  const errors = await validate(form);
  const said = errors.flatMap((e) => Object.entries(e.constraints ?? {}).map(([rule, text]) => inChinese(rule, text)));
  expect(said).toEqual(['不能超过 40 个字符', '不能大于 1000000', '须为以下之一：adult, minor', '最多 20 项']);
  const low = await validate(Object.assign(new Form(), { text: 'x', count: -6, band: 'adult', list: [] }));
  expect(low.flatMap((e) => Object.entries(e.constraints ?? {}).map(([r, t]) => inChinese(r, t)))).toEqual([
    '不能少于 3 个字符',
    '不能小于 -5',
  ]);
});

it('calls any other rule badly formed', () => expect(inChinese('constructor', 'x must be y')).toBe('格式不正确'));
