import { defineErrors } from '../../kernel/domain-error.js';

export const ACCOUNT_ERRORS = defineErrors({
  account_not_found: { status: 404, en: 'There is no such account.', zh: '账号不存在。' },
  account_gone: {
    status: 410,
    en: 'The account is deregistered; nothing about it can be changed any more.',
    zh: '该账号已注销，无法再作任何更改。',
  },
  not_in_this_state: {
    status: 403,
    en: 'The account is in a state in which this is not possible.',
    zh: '账号当前状态下无法进行此操作。',
  },
  identifier_taken: {
    status: 409,
    en: 'This number or third-party account already belongs to an account.',
    zh: '该手机号或第三方账号已被使用。',
  },
  identifier_not_held: {
    status: 404,
    en: 'The account does not have this number or third-party account.',
    zh: '该账号未绑定此手机号或第三方账号。',
  },
  no_phone: {
    status: 409,
    en: 'The account has no phone number to send a code to.',
    zh: '账号未绑定手机号，无法发送验证码。',
  },
  session_ended: { status: 401, en: 'Sign in again.', zh: '登录已失效，请重新登录。' },
  display_name_invalid: { status: 422, en: 'This display name cannot be used.', zh: '该昵称无法使用。' },
});
