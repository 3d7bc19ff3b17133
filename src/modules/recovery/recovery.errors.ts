import { defineErrors } from '../../kernel/domain-error.js';

export const RECOVERY_ERRORS = defineErrors({
  identifier_change_not_found: { status: 404, en: 'There is no such change.', zh: '未找到该变更申请。' },
  identifier_change_pending: {
    status: 409,
    en: 'A change of number is under way; withdraw it first.',
    zh: '已有换绑申请正在进行，请先撤回。',
  },
  identifier_refused: {
    status: 409,
    en: 'This number cannot be bound to the account.',
    zh: '该手机号无法绑定到此账号。',
  },
  identifier_unchanged: { status: 422, en: 'This is the number that the account has.', zh: '该手机号已绑定此账号。' },
  recovery_appeal_not_found: { status: 404, en: 'There is no such appeal.', zh: '未找到该申诉。' },
  recovery_appeal_decided: { status: 409, en: 'The appeal has been decided.', zh: '该申诉已处理。' },
  recovery_subject_unclear: {
    status: 409,
    en: 'The number named in the appeal reaches no account that can be re-bound: reject it.',
    zh: '申诉所指手机号未对应可换绑的账号，请驳回。',
  },
  evidence_required: {
    status: 409,
    en: 'Who guards a child changes on proof only: nothing has been sent yet.',
    zh: '变更监护人须有证明材料，申请人尚未提交。',
  },
  evidence_refused: {
    status: 422,
    en: 'Evidence must be JPEG, PNG, WebP or PDF, and not empty.',
    zh: '证明材料须为非空的 JPEG、PNG、WebP 或 PDF 文件。',
  },
  too_much_evidence: { status: 409, en: 'No more files are taken for this appeal.', zh: '证明材料数量已达上限。' },
  objection_link_invalid: { status: 404, en: 'This link is not valid, or no longer.', zh: '链接无效或已失效。' },
});
