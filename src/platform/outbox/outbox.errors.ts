import { defineErrors } from '../../kernel/domain-error.js';

export const OUTBOX_ERRORS = defineErrors({
  event_not_parked: {
    status: 409,
    en: 'This event is not parked: it was handled, or is being retried.',
    zh: '该事件未处于搁置状态:已处理或正在重试。',
  },
});
