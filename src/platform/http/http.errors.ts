import { defineErrors } from '../../kernel/domain-error.js';

/** Refusals that any route can give. */
export const HTTP_ERRORS = defineErrors({
  invalid_request: { status: 400, en: 'The request is not valid.', zh: '请求内容不符合要求。' },
  malformed_json: { status: 400, en: 'The body is not well-formed JSON.', zh: '请求正文不是有效的 JSON。' },
  invalid_cursor: { status: 400, en: 'The cursor is not one of ours.', zh: '分页游标无效。' },
  not_found: { status: 404, en: 'There is nothing here.', zh: '未找到所请求的内容。' },
  method_not_allowed: { status: 405, en: 'This method is not allowed here.', zh: '不支持该请求方法。' },
  body_too_large: { status: 413, en: 'The body is larger than allowed.', zh: '请求正文超出大小限制。' },
  uri_too_long: { status: 414, en: 'The address is longer than allowed.', zh: '请求地址过长。' },
  unsupported_media_type: { status: 415, en: 'Send application/json.', zh: '请使用 application/json 格式。' },
  headers_too_large: { status: 431, en: 'The headers are larger than allowed.', zh: '请求头超出大小限制。' },
  request_timeout: { status: 408, en: 'The request did not arrive in time.', zh: '请求未在时限内完整送达。' },
  malformed_request: { status: 400, en: 'This is not a well-formed HTTP request.', zh: '不是有效的 HTTP 请求。' },
  idempotency_key_reused: {
    status: 422,
    en: 'This Idempotency-Key was used with another request.',
    zh: '该 Idempotency-Key 已用于另一请求。',
  },
  invalid_idempotency_key: {
    status: 400,
    en: 'Idempotency-Key must be 1 to 255 visible ASCII characters.',
    zh: 'Idempotency-Key 须为 1 至 255 个可见 ASCII 字符。',
  },
  precondition_required: {
    status: 428,
    en: 'Send If-Match with the version you saw.',
    zh: '请在 If-Match 中附上您所看到的版本。',
  },
  stale_version: {
    status: 412,
    en: 'It was changed since you read it; nothing was done.',
    zh: '内容已被更改，本次操作未生效。',
  },
  temporarily_unavailable: {
    status: 503,
    en: 'The service cannot answer right now; try again shortly.',
    zh: '服务暂时不可用，请稍后重试。',
  },
  internal_error: { status: 500, en: 'Something went wrong on our side.', zh: '服务内部错误。' },
});
