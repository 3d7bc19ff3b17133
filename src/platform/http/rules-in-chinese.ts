/** What a rule of class-validator says, with what stands in its English words: a bound, or the values to choose from. */
const WORDS: Readonly<Record<string, (given: { bound: string; values: string }) => string>> = {
  whitelistValidation: () => '没有这个字段',
  isString: () => '须为文本',
  isNotEmpty: () => '不能为空',
  maxLength: ({ bound }) => `不能超过 ${bound} 个字符`,
  minLength: ({ bound }) => `不能少于 ${bound} 个字符`,
  matches: () => '格式不正确',
  isIn: ({ values }) => `须为以下之一：${values}`,
  isInt: () => '须为整数',
  min: ({ bound }) => `不能小于 ${bound}`,
  max: ({ bound }) => `不能大于 ${bound}`,
  isBoolean: () => '须为 true 或 false',
  isObject: () => '须为对象',
  isArray: () => '须为列表',
  arrayMaxSize: ({ bound }) => `最多 ${bound} 项`,
  arrayMinSize: ({ bound }) => `至少 ${bound} 项`,
  nestedValidation: () => '内容不正确',
  isUuid: () => '须为 UUID',
  isUuidList: () => '须为 UUID 列表',
  isObjectList: () => '须为对象列表',
  isInstant: () => '须为 RFC 3339 时间，如 2026-11-23T08:00:00Z',
  isDateOnly: () => '须为日期，如 1999-12-31',
  isPeriod: () => '须为 ISO 8601 时长，如 P3D',
  areEventFilters: () => '须为事件类型、名词.* 或 *',
};

/** Rules with words of their own in Chinese; any other is called badly formed. */
export const RULES_IN_CHINESE: readonly string[] = Object.keys(WORDS);

/** @param message what the rule says in English, such as `phone must be shorter than or equal to 40 characters` */
export function inChinese(rule: string, message: string): string {
  const bound = /(-?\d+)\D*$/.exec(message)?.[1] ?? '';
  const values = /: (.*)$/.exec(message)?.[1] ?? '';
  return Object.hasOwn(WORDS, rule) ? (WORDS[rule]?.({ bound, values }) ?? '') : '格式不正确';
}
