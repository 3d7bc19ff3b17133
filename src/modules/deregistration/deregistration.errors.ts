import { defineErrors } from '../../kernel/domain-error.js';

export const DEREGISTRATION_ERRORS = defineErrors({
  deregistration_open: {
    status: 409,
    en: 'This account has already applied for deregistration.',
    zh: '该账号已提交注销申请。',
  },
  no_application: {
    status: 404,
    en: 'There is no application for deregistration.',
    zh: '没有注销申请。',
  },
  deregistration_obstructed: {
    status: 409,
    en: 'Something stands in the way; each obstacle says how to clear it.',
    zh: '存在需先处理的事项，请按各项说明处理。',
  },
  account_cannot_leave: {
    status: 409,
    en: 'This account is not in a state in which it can be deregistered.',
    zh: '账号当前状态无法申请注销。',
  },
  point_of_no_return: {
    status: 409,
    en: 'Erasure has begun; the application can no longer be withdrawn.',
    zh: '数据删除已开始，申请无法撤回。',
  },
  plan_changed: {
    status: 409,
    en: 'The plan has changed since it was shown; look at it again and decide again.',
    zh: '处理方案已发生变化，请重新查看后再作决定。',
  },
  own_application: {
    status: 403,
    en: 'Nobody decides their own application.',
    zh: '不得审批本人的申请。',
  },
  holder_arranged_otherwise: {
    status: 409,
    en: 'The person who died arranged otherwise, or nobody looked; relatives cannot ask then (PIPL 49).',
    zh: '死者生前另有安排或尚未核实，近亲属不能提出该请求（个人信息保护法第四十九条）。',
  },
  reason_not_in_catalogue: {
    status: 422,
    en: 'This reason does not belong to this decision.',
    zh: '该理由不适用于此项决定。',
  },
  told_text_changed: {
    status: 409,
    en: 'What you agreed to keep is not what is told now; read the preview again.',
    zh: '您同意保留的内容与当前告知不一致，请重新查看预览。',
  },
  plan_not_executable: {
    status: 409,
    en: 'This plan cannot be carried out as configured.',
    zh: '按当前配置无法执行该方案。',
  },
  unknown_participant: {
    status: 422,
    en: 'No such participant takes part in this deregistration.',
    zh: '该系统不是本次注销的参与方。',
  },
  not_this_participant: {
    status: 403,
    en: 'This client may not answer for that participant.',
    zh: '该客户端无权代表此参与方。',
  },
  not_asked_yet: {
    status: 409,
    en: 'The participant has not been asked for this yet; its answer does not count.',
    zh: '尚未向该参与方发出请求，此确认无效。',
  },
  receipt_not_ready: {
    status: 409,
    en: 'There is no receipt before everything is verified as erased.',
    zh: '在核验全部删除完成之前不出具回执。',
  },
  receipt_expired: {
    status: 410,
    en: 'The period for which the receipt was kept is over; a copy of it that you hold can still be verified.',
    zh: '回执的保存期限已届满；您自行保存的回执仍可验证。',
  },
});
