import { defineErrors } from '../../kernel/domain-error.js';

export const RECONSENT_ERRORS = defineErrors({
  leaving_account: {
    status: 409,
    en: 'This account is being deregistered; nothing new is agreed to meanwhile.',
    zh: '账号正在注销，期间不接受新的同意。',
  },
  not_accepted_by_use: {
    status: 422,
    en: 'This use is no answer to that version.',
    zh: '此次使用不构成对该版本的接受。',
  },
  version_not_acceptable: {
    status: 422,
    en: 'This version cannot be answered.',
    zh: '无法对该版本作出答复。',
  },
});
