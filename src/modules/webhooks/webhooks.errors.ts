import { defineErrors } from '../../kernel/domain-error.js';

export const WEBHOOK_ERRORS = defineErrors({
  webhook_target_refused: {
    status: 422,
    en: 'Events cannot be sent to this address: it must be https and public.',
    zh: '无法向该地址发送事件:必须使用 https,且为公网地址。',
  },
  too_many_webhook_endpoints: {
    status: 409,
    en: 'No more endpoints are allowed.',
    zh: '已达到端点数量上限。',
  },
  webhook_not_redeliverable: {
    status: 409,
    en: 'This delivery is on its way, or its endpoint is gone.',
    zh: '该投递正在进行中,或其端点已删除。',
  },
});
