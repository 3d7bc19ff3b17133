import { defineErrors } from '../../kernel/domain-error.js';

export const LIMIT_ERRORS = defineErrors({
  too_many_requests: {
    status: 429,
    en: 'Too many requests; try again later.',
    zh: '请求过于频繁，请稍后再试。',
  },
});
