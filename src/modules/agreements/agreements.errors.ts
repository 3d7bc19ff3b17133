import { defineErrors } from '../../kernel/domain-error.js';

export const AGREEMENT_ERRORS = defineErrors({
  document_unknown: { status: 404, en: 'There is no such document.', zh: '协议文档不存在。' },
  agreement_version_unknown: { status: 404, en: 'There is no such version.', zh: '协议版本不存在。' },
  agreement_version_exists: {
    status: 409,
    en: 'This version is published already; a published text never changes.',
    zh: '该版本已发布；已发布的文本不可更改。',
  },
  publication_refused: { status: 422, en: 'This version cannot be published.', zh: '该版本无法发布。' },
  agreements_not_accepted: {
    status: 422,
    en: 'Every agreement in effect must be accepted in its present version.',
    zh: '须同意所有现行有效的协议版本。',
  },
  no_governing_agreement: {
    status: 404,
    en: 'This account has accepted no agreement that governs this topic.',
    zh: '该账号未同意适用于此事项的协议。',
  },
});
