import { defineErrors } from '../../kernel/domain-error.js';

export const AUDIT_ERRORS = defineErrors({
  export_takes_no_filter: {
    status: 400,
    en: 'An export is a whole run of the chain: it takes from and to, and no other filter.',
    zh: '导出须为链上连续的一段，只接受 from 与 to 参数。',
  },
});
