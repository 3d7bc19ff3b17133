import { defineErrors } from '../../kernel/domain-error.js';

export const GUARDIANSHIP_ERRORS = defineErrors({
  ward_leaving_already: {
    status: 409,
    en: 'This account has already been asked to be closed.',
    zh: '该账号已在申请注销。',
  },
  ward_leaving_settled: {
    status: 409,
    en: 'No request of yours to close this account can be taken back now.',
    zh: '目前没有可撤回的注销申请。',
  },
  ward_leaving_obstructed: {
    status: 409,
    en: 'Something stands in the way; each obstacle says how to clear it.',
    zh: '存在需先处理的事项，请按各项说明处理后再申请。',
  },
  guardian_link_invalid: {
    status: 404,
    en: 'This link does not open anything. It may be mistyped, or a newer one was sent.',
    zh: '链接无效，可能输入有误，或已有更新的链接。',
  },
  guardian_link_expired: {
    status: 410,
    en: 'This link has expired. Ask for a new one; it goes to the same number.',
    zh: '链接已过期。您可以申请新链接，将发送至同一号码。',
  },
  guardian_links_exhausted: {
    status: 429,
    en: 'No more links can be sent for this request.',
    zh: '本次申请可发送的链接次数已用完。',
  },
  guardian_not_asked: {
    status: 404,
    en: 'The person you named cannot be your guardian, so nobody was asked. Name another one.',
    zh: '您填写的监护人不符合要求，尚未发出请求。请填写另一位监护人。',
  },
  guardian_requests_exhausted: {
    status: 429,
    en: 'Too many people were asked to be the guardian. Ask one of them to answer the message that they got.',
    zh: '已多次更换监护人，暂不能再发送请求。请让收到短信的监护人作出回复。',
  },
  guardian_not_acceptable: {
    status: 422,
    en: 'This person cannot be the guardian.',
    zh: '该人员不能作为监护人。',
  },
  guardian_consent_pending: {
    status: 409,
    en: 'A guardian has already been asked, or has already consented.',
    zh: '已向监护人发出请求，或监护人已同意。',
  },
  guardian_code_required: {
    status: 422,
    en: 'To consent, enter the code that was sent to you.',
    zh: '同意前请输入发送给您的验证码。',
  },
  ward_not_open: {
    status: 409,
    en: 'This account is closed or being deregistered; nothing can be consented to now.',
    zh: '该账号已关闭或正在注销，暂无法作出同意。',
  },
  not_a_minor: { status: 409, en: 'This account needs no guardian.', zh: '该账号无需监护人。' },
});
