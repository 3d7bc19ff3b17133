import { defineErrors } from '../../kernel/domain-error.js';

export const VERIFICATION_ERRORS = defineErrors({
  code_invalid: {
    status: 422,
    en: 'The code is wrong, used or no longer valid.',
    zh: '验证码错误、已使用或已失效。',
  },
  code_attempts_exhausted: {
    status: 429,
    en: 'Too many wrong codes; wait, then ask for a new one.',
    zh: '验证码错误次数过多，请稍后重新获取。',
  },
  code_too_soon: {
    status: 429,
    en: 'A code was sent a moment ago; wait before asking for another.',
    zh: '验证码发送过于频繁，请稍后再试。',
  },
  code_limit_reached: {
    status: 429,
    en: 'Too many codes were asked for; try again later.',
    zh: '获取验证码次数已达上限，请稍后再试。',
  },
});
