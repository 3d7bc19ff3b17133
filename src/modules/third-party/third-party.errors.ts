import { defineErrors } from '../../kernel/domain-error.js';

export const THIRD_PARTY_ERRORS = defineErrors({
  provider_not_found: { status: 404, en: 'There is no such provider.', zh: '不支持该第三方账号。' },
  provider_disabled: {
    status: 403,
    en: 'This provider cannot be used for this at present.',
    zh: '该第三方账号登录方式暂不可用。',
  },
  provider_unreachable: {
    status: 503,
    en: 'The provider does not answer; try again in a moment.',
    zh: '第三方账号服务暂时无法连接，请稍后再试。',
  },
  flow_not_found: {
    status: 404,
    en: 'There is no such flow, or it was not begun here.',
    zh: '该流程不存在，或并非由您发起。',
  },
  flow_expired: { status: 410, en: 'The time for this is over; begin again.', zh: '操作已超时，请重新开始。' },
  callback_refused: {
    status: 400,
    en: 'This answer of a provider was not asked for by this browser.',
    zh: '该授权响应并非由当前浏览器发起。',
  },
  registration_facts_required: {
    status: 422,
    en: 'To register, the registration is filled in; for anything else it is not.',
    zh: '注册须填写注册信息；其他用途不得填写。',
  },
  step_up_required: {
    status: 422,
    en: 'A code to your number is needed first.',
    zh: '请先完成手机验证码验证。',
  },
  step_up_by_phone: {
    status: 409,
    en: 'The account has a number: prove it with a code to it.',
    zh: '账号已绑定手机号，请使用短信验证码验证。',
  },
  return_url_invalid: { status: 422, en: 'It is not possible to return there.', zh: '返回地址无效。' },
  account_not_linked: {
    status: 404,
    en: 'No account is linked with this third-party account. Register, or sign in and link it.',
    zh: '该第三方账号尚未绑定账号，请先注册，或登录后绑定。',
  },
  link_cooling: {
    status: 403,
    en: 'This third-party account was linked a short time ago; sign in with your number until then.',
    zh: '该第三方账号刚刚绑定，冷静期内请使用手机号登录。',
  },
  link_barred: {
    status: 403,
    en: 'This third-party account is barred for a term. An appeal is open.',
    zh: '该第三方账号在一定期限内被禁止使用。您可以提出申诉。',
  },
  already_linked: {
    status: 409,
    en: 'A third-party account of this provider is linked already; unlink it first.',
    zh: '账号已绑定该平台的第三方账号，请先解绑。',
  },
  other_third_party_account: {
    status: 403,
    en: 'That is another third-party account than the one linked.',
    zh: '所使用的第三方账号与已绑定的账号不一致。',
  },
  link_not_found: { status: 404, en: 'There is no such link.', zh: '绑定关系不存在。' },
  last_identifier: {
    status: 409,
    en: 'It is the only way into the account; add another one first.',
    zh: '该第三方账号是唯一登录方式，请先绑定其他方式。',
  },
});
