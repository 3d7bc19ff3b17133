import { defineErrors } from '../../kernel/domain-error.js';

export const REGISTRATION_ERRORS = defineErrors({
  registration_not_found: { status: 404, en: 'There is no such registration.', zh: '注册申请不存在。' },
  registration_expired: {
    status: 410,
    en: 'The time for this registration is over; begin a new one.',
    zh: '该注册申请已过期，请重新开始。',
  },
  registration_refused: {
    status: 422,
    en: 'This registration is refused; the reasons are listed.',
    zh: '注册申请未通过，原因见列表。',
  },
  registration_limited: {
    status: 429,
    en: 'There are too many registrations from here; try again later.',
    zh: '当前来源注册过于频繁，请稍后再试。',
  },
  challenge_required: {
    status: 403,
    en: 'Solve the challenge first, then go on with its solution.',
    zh: '请先完成人机验证，再继续操作。',
  },
  challenge_failed: { status: 403, en: 'The challenge was not solved.', zh: '人机验证未通过。' },
  guardian_required: {
    status: 422,
    en: 'A minor registers with a guardian: tell us whom to ask.',
    zh: '未成年人注册须提供监护人信息。',
  },
  guardian_invalid: {
    status: 422,
    en: "The guardian's number must be another one than the person's own.",
    zh: '监护人手机号不得与本人手机号相同。',
  },
  birth_date_invalid: { status: 422, en: 'The birth date lies in the future.', zh: '出生日期不得晚于今日。' },
  name_unusable: { status: 422, en: 'This display name cannot be used.', zh: '该昵称无法使用。' },
  rules_unreadable: {
    status: 422,
    en: 'The policy does not read; `problems` names what is wrong with it.',
    zh: '策略文本无法解析，问题列表见 problems。',
  },
});
