import { defineErrors } from '../../kernel/domain-error.js';

/** `WWW-Authenticate` (RFC 6750, 3). */
export const BEARER_CHALLENGE = 'Bearer realm="account-lifecycle"';
export const INVALID_TOKEN_CHALLENGE = `${BEARER_CHALLENGE}, error="invalid_token"`;

export const CALLER_ERRORS = defineErrors({
  unauthenticated: {
    status: 401,
    en: 'Sign in first: there is no valid token.',
    zh: '请先登录：未提供有效的访问令牌。',
  },
  not_allowed: { status: 403, en: 'You may not do this.', zh: '您无权执行此操作。' },
});
